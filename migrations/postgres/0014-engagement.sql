-- How engaged people are, added up by person, day and kind.

-- What the activities of a kind that a person did on a day are worth together, less what was taken back. A fold of the
-- log, as the graph is one; while all is added up anew, two generations lie side by side. Personal.
CREATE TABLE engagement_day (
  generation bigint NOT NULL,
  user_id text NOT NULL,
  -- Days since 1 January 1970, by the time at which the activity counts, in UTC.
  day integer NOT NULL,
  kind text NOT NULL,
  activities bigint NOT NULL,
  -- Millionths of engagement: whole numbers add up to the same in any order.
  micros bigint NOT NULL,
  PRIMARY KEY (generation, user_id, day, kind)
);
CREATE INDEX engagement_day_recent ON engagement_day (generation, day);

CREATE TABLE engagement_generation (
  generation bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The log is in it up to here.
  position bigint NOT NULL,
  -- Of the weights that it was added up with.
  fingerprint text NOT NULL,
  live boolean NOT NULL
);
-- One is read and follows the log; any other is being added up.
CREATE UNIQUE INDEX engagement_generation_live ON engagement_generation (live) WHERE live;
