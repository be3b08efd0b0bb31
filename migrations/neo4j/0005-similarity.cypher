// All neighbours of one model are found by its name, those of an earlier run by their time.
CREATE INDEX similar_to_model IF NOT EXISTS FOR ()-[s:SIMILAR_TO]-() ON (s.model, s.computedAt);
