-- What people set for their own feeds. It belongs to the person: it can be deleted with them, and no chain covers it.
CREATE TABLE feed_settings (
  user_id text PRIMARY KEY,
  -- Grows by one with each change; a ranked feed is kept under the revision that it was ranked with.
  revision integer NOT NULL CHECK (revision > 0),
  -- Factors by the name of a slider, and by tag.
  weights jsonb NOT NULL,
  interests jsonb NOT NULL,
  switched_off text[] NOT NULL,
  network double precision,
  muted_words text[] NOT NULL,
  muted_tags text[] NOT NULL,
  -- What the person did before no longer personalises; forgotten is what each interest was worth at that moment.
  reset_at timestamptz,
  forgotten jsonb NOT NULL,
  social_proof boolean NOT NULL,
  updated_at timestamptz NOT NULL
);
