-- Ids that are no longer used because they are of one person with another id.

-- What is said of the old id is written as said of the new one. Whom the new id stands for is never an old id itself, so
-- one look tells. Personal.
CREATE TABLE person_alias (
  old_id text PRIMARY KEY,
  new_id text NOT NULL,
  CHECK (old_id <> new_id)
);
CREATE INDEX person_alias_new ON person_alias (new_id);
