// What people engaged with lately is found by its time, without reading the whole graph.
CREATE INDEX engaged_last_at IF NOT EXISTS FOR ()-[e:ENGAGED]-() ON (e.lastAt);
