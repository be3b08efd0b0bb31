-- Days are summed up from their hours, so that no sum goes through more than an hour of what was given out. What hours
-- cannot tell is how many different contents a day had: those are noted by day. Nobody is named.
CREATE TABLE feed_metric_content (
  algorithm text NOT NULL,
  -- When the day (UTC) starts.
  starts_at timestamptz NOT NULL,
  content text NOT NULL,
  PRIMARY KEY (algorithm, starts_at, content)
);
CREATE INDEX feed_metric_content_old ON feed_metric_content (starts_at);

-- Hours had no lines by rank: what is kept is summed up anew.
UPDATE feed_metric_progress SET served_until = '-infinity';
