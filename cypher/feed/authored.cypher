// What did somebody make, the newest first?
// Indexes: user_id
// :params {author: "8", excludedTypes: ["comment"], limit: 300}
MATCH (:User {id: $author})-[:AUTHORED]->(c:Content)
WHERE c.deletedAt IS NULL AND NOT c.type IN $excludedTypes
RETURN c.id AS content, coalesce(c.createdAt, c.firstAt, 0) AS score
ORDER BY score DESC, content LIMIT toInteger($limit)
