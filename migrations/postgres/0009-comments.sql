-- The comments of a piece of content, and what is attached to a comment.
CREATE INDEX content_reply_to ON content (reply_to, created_at DESC) WHERE reply_to IS NOT NULL;
-- What people did with the media of a comment, where the product names the comment.
CREATE INDEX media_interaction_comment ON media_interaction ((metadata ->> 'comment_uid'), created_at DESC)
  WHERE metadata ? 'comment_uid';
