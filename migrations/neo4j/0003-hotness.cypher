// What people are most engaged with now is found without reading all content.
CREATE INDEX content_hotness IF NOT EXISTS FOR (c:Content) ON (c.hotness);
