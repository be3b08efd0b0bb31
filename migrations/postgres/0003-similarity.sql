-- How far each kind of derived edge has followed the log.
CREATE TABLE signal_refresh (
  name text PRIMARY KEY,
  -- What the log's rows up to here touched has been refreshed, or was left to the next full job.
  position bigint NOT NULL
);
