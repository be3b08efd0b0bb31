// Which of the newest content has tags that a person is interested in?
// Indexes: content_created_at
// :params {tags: ["chess"], now: 1767225600000, scan: 1000, excludedTypes: ["comment"], limit: 60}
MATCH (c:Content)
WHERE c.createdAt <= $now
WITH c ORDER BY c.createdAt DESC, c.id LIMIT toInteger($scan)
MATCH (c)-[:TAGGED]->(t:Tag)
WHERE NOT c.type IN $excludedTypes AND t.name IN $tags
RETURN c.id AS content, count(t) AS matches, c.createdAt AS createdAt
ORDER BY matches DESC, createdAt DESC, content LIMIT toInteger($limit)
