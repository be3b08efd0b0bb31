-- Ranked feeds as they were shown, and the runs of jobs and imports.

-- A ranked feed, immutable for as long as its cursors live.
CREATE TABLE feed_snapshot (
  id uuid PRIMARY KEY,
  user_id text NOT NULL,
  algorithm text NOT NULL,
  settings_revision text NOT NULL,
  -- The person's own newest position that the graph had, and the graph's position.
  head_position bigint NOT NULL,
  graph_position bigint NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  items jsonb NOT NULL
);
CREATE INDEX feed_snapshot_key ON feed_snapshot (user_id, algorithm, settings_revision, head_position, expires_at DESC);
CREATE INDEX feed_snapshot_expiry ON feed_snapshot (expires_at);

CREATE TABLE job_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job text NOT NULL,
  -- The fire that this run answers; null for a run by hand. One run per fire across replicas.
  scheduled_for timestamptz,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  status text NOT NULL CHECK (status IN ('running', 'succeeded', 'failed')),
  -- Where a run that was cut off goes on.
  progress jsonb,
  result jsonb,
  error text,
  CONSTRAINT job_run_fire UNIQUE (job, scheduled_for)
);
CREATE INDEX job_run_recent ON job_run (job, started_at DESC);

CREATE TABLE import_run (
  source text PRIMARY KEY,
  -- Milliseconds added to every time of the source; decided once.
  shift_ms bigint NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  activities bigint NOT NULL DEFAULT 0
);
