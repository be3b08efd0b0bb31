// Content of one type is found without looking at all content.
CREATE INDEX content_type IF NOT EXISTS FOR (c:Content) ON (c.type);
