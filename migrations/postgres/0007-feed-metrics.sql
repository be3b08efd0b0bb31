-- What feeds gave out, what people did with it, and what follows from both.

-- One row per item of a feed that was given out, from the first time. Personal, and kept for some weeks only.
CREATE TABLE feed_exposure (
  -- The ranked feed that it was part of; the snapshot itself lives for half an hour.
  snapshot_id uuid NOT NULL,
  rank integer NOT NULL,
  user_id text NOT NULL,
  algorithm text NOT NULL,
  settings_revision text NOT NULL,
  -- As type:id.
  content text NOT NULL,
  -- Probability with which exploration put it there; 1 when ranking did.
  propensity double precision NOT NULL,
  served_at timestamptz NOT NULL,
  PRIMARY KEY (snapshot_id, rank)
);
CREATE INDEX feed_exposure_person ON feed_exposure (user_id, content, served_at DESC);
CREATE INDEX feed_exposure_served ON feed_exposure (served_at);

-- What the person then did with it: one row per activity, named by its position in the log. Personal.
CREATE TABLE feed_outcome (
  position bigint PRIMARY KEY,
  snapshot_id uuid NOT NULL,
  rank integer NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('impression', 'view', 'dwell', 'engagement', 'hide', 'report')),
  dwell_seconds double precision,
  FOREIGN KEY (snapshot_id, rank) REFERENCES feed_exposure ON DELETE CASCADE
);
CREATE INDEX feed_outcome_exposure ON feed_outcome (snapshot_id, rank);
CREATE INDEX feed_outcome_person ON feed_outcome (user_id);

-- FeedPerformanceMetric of seed 000: one row per ranked feed. Personal.
CREATE TABLE feed_performance_metric (
  snapshot_id uuid PRIMARY KEY,
  user_id text NOT NULL,
  algorithm_version text NOT NULL,
  content_count integer NOT NULL,
  interaction_count integer NOT NULL,
  click_through_rate double precision NOT NULL,
  engagement_rate double precision NOT NULL,
  "timestamp" timestamptz NOT NULL
);
CREATE INDEX feed_performance_metric_person ON feed_performance_metric (user_id, "timestamp" DESC);
CREATE INDEX feed_performance_metric_recent ON feed_performance_metric ("timestamp");

-- Sums by algorithm and hour or day (UTC), nobody named: rank 0 is all ranks together. Rates are taken when read.
CREATE TABLE feed_metric (
  algorithm text NOT NULL,
  grain text NOT NULL CHECK (grain IN ('hour', 'day')),
  starts_at timestamptz NOT NULL,
  rank integer NOT NULL,
  pages bigint NOT NULL,
  served bigint NOT NULL,
  explored bigint NOT NULL,
  impressions bigint NOT NULL,
  opened bigint NOT NULL,
  engaged bigint NOT NULL,
  hidden bigint NOT NULL,
  reported bigint NOT NULL,
  dwelt bigint NOT NULL,
  dwell_seconds double precision NOT NULL,
  -- Sums over pages.
  author_share double precision NOT NULL,
  type_entropy double precision NOT NULL,
  -- Different contents; those of them that the catalogue describes; and how many it described then.
  contents bigint NOT NULL,
  contents_described bigint NOT NULL,
  catalogue bigint NOT NULL,
  PRIMARY KEY (algorithm, grain, starts_at, rank)
);

-- How far the log was searched for outcomes, and until when the pages given out are in the sums. One row.
CREATE TABLE feed_metric_progress (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL,
  served_until timestamptz NOT NULL
);
INSERT INTO feed_metric_progress (position, served_until) VALUES (0, '-infinity');
