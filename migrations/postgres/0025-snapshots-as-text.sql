-- A snapshot is written by the page that waits for it and read as a whole: kept as the text that it is, it need neither be
-- taken apart nor compressed.
ALTER TABLE feed_snapshot ALTER COLUMN items TYPE json USING items::json;
ALTER TABLE feed_snapshot ALTER COLUMN items SET STORAGE EXTERNAL;
