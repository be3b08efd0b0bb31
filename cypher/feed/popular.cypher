// With which public content is everybody most engaged now?
// Indexes: content_hotness
// :params {excludedTypes: ["comment"], limit: 100}
MATCH (c:Content)
// The order by hotness is the order by engagement as of any time.
WHERE c.hotness > -1e9 AND coalesce(c.visibility, 'public') = 'public' AND c.deletedAt IS NULL
  AND NOT c.type IN $excludedTypes
RETURN c.id AS content, c.hotness AS score
ORDER BY score DESC, content LIMIT toInteger($limit)
