-- How people use the product, computed from the audit tables and thrown away when nobody can need it any more.
CREATE TABLE behaviour_profile (
  person_id text PRIMARY KEY,
  computed_at timestamptz NOT NULL,
  -- From when on it tells: what the person did before is not in it.
  since timestamptz NOT NULL,
  -- The form of the profile; rows of another form are computed anew.
  revision integer NOT NULL,
  profile jsonb NOT NULL
);
CREATE INDEX behaviour_profile_age ON behaviour_profile (computed_at);

-- Up to which position of the log the profiles of those who did something are computed; one row.
CREATE TABLE behaviour_profile_progress (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  position bigint NOT NULL
);
