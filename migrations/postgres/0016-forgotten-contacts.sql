-- What each of the person's contacts was worth when they reset the personalisation of their feed, by the other's id;
-- null: they never did. Read for those alone who did, so it is no part of what every page reads.
ALTER TABLE feed_settings ADD COLUMN forgotten_contacts jsonb;
