-- A feed that somebody else looked at (an analyst, say): the person never saw it, and it is not what is explained to them.
ALTER TABLE feed_snapshot ADD COLUMN preview boolean NOT NULL DEFAULT false;
