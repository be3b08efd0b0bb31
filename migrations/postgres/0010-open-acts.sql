-- What somebody likes openly, the newest first: read for many people at once when a feed is made for one of their friends.
CREATE INDEX standing_open_acts ON standing (person_id, effective_at DESC)
  WHERE holds AND fact IN ('like', 'reaction', 'vote') AND kind <> 'downvote';
