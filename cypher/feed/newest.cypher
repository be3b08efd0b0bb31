// What content is the newest?
// Indexes: content_created_at
// :params {now: 1767225600000, scan: 1000, excludedTypes: ["comment"], limit: 60}
MATCH (c:Content)
WHERE c.createdAt <= $now
WITH c ORDER BY c.createdAt DESC, c.id LIMIT toInteger($scan)
WHERE NOT c.type IN $excludedTypes
RETURN c.id AS content, c.createdAt AS createdAt
ORDER BY createdAt DESC, content LIMIT toInteger($limit)
