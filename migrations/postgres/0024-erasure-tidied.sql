-- When what comes after an erasure was done: deleted versions of rows out of the files, sums added up anew. Null: not yet.
ALTER TABLE erasure ADD COLUMN tidied_at timestamptz;
UPDATE erasure SET tidied_at = finished_at;
