-- What each person did on each day, added up from the log.

-- A day may be any day since people did things, because activities arrive late, and none is ever dropped by its age: so
-- no partitions, which would have to be there before the rows.
DROP TABLE activity_aggregation;
CREATE TABLE activity_aggregation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid uuid NOT NULL DEFAULT gen_random_uuid(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  user_id text NOT NULL,
  -- 'daily' is the only one.
  aggregation_type varchar NOT NULL,
  -- The calendar day where the person is.
  date date NOT NULL,
  -- How many activities by kind, as in {"like": 2}.
  activity_counts jsonb NOT NULL,
  engagement_score double precision NOT NULL,
  CONSTRAINT activity_aggregation_unique UNIQUE (user_id, aggregation_type, date)
);

-- Whose days are added up, and in which zone they were told apart: with another zone the days are others.
CREATE TABLE aggregated_person (
  user_id text PRIMARY KEY,
  time_zone text NOT NULL
);

-- Rows of the log that say something of a person's engagement though somebody else wrote them, such as a moderator who
-- deletes what the person made. Beside the person's own rows these are all that their days are made of.
CREATE TABLE aggregated_signal (
  user_id text NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (user_id, position)
);

CREATE TABLE activity_aggregation_progress (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- The log is in it up to here.
  position bigint NOT NULL,
  -- Of the weights that it was added up with.
  fingerprint text NOT NULL
);
