-- How many requests a caller sent within a minute, where several processes count together (RATE_LIMIT_STORE=postgres).
-- The library's own form. Keys are digests, and nothing is lost when a crash empties it.
CREATE UNLOGGED TABLE rate_limit (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  -- Milliseconds since the epoch.
  expire bigint
);
