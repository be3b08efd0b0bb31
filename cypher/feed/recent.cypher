// What content is the newest, and which tags has it?
// Indexes: content_created_at
// :params {now: 1767225600000, scan: 1000, excludedTypes: ["comment"]}
MATCH (c:Content)
WHERE c.createdAt <= $now
WITH c ORDER BY c.createdAt DESC, c.id LIMIT toInteger($scan)
WHERE NOT c.type IN $excludedTypes
RETURN c.id AS content, c.createdAt AS createdAt, COLLECT { MATCH (c)-[:TAGGED]->(t:Tag) RETURN t.name } AS tags
ORDER BY createdAt DESC, content
