-- What a ranked feed is about, as a digest: snapshots that may serve again are looked for before it is known how they
-- would be ranked now.
ALTER TABLE feed_snapshot ADD COLUMN scope text NOT NULL DEFAULT '';
DROP INDEX feed_snapshot_key;
CREATE INDEX feed_snapshot_reusable ON feed_snapshot (user_id, algorithm, scope, expires_at DESC);
