-- The rows that say what was cleared, for who verifies the log.
CREATE INDEX activity_log_clearings ON activity_log (position) WHERE kind IN ('erase', 'prune');
