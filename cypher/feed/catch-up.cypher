// What did those of these people post who rarely post, and how many posts of theirs were there?
// Indexes: user_id
// :params {people: [{person: "8", strength: 0.5}], since: 1764633600000, rarely: 3, perPerson: 1, maxAuthored: 200, excludedTypes: ["comment"], limit: 30}
UNWIND $people AS row
MATCH (person:User {id: row.person})
WHERE COUNT { (person)-[:AUTHORED]->() } <= $maxAuthored
// Without its label the content cannot be looked for by its time, among everybody's.
MATCH (person)-[:AUTHORED]->(c)
WHERE c.createdAt >= $since AND c.deletedAt IS NULL AND NOT c.type IN $excludedTypes
WITH row, c ORDER BY c.createdAt DESC, c.id
WITH row, collect(c) AS posts
WHERE size(posts) <= $rarely
UNWIND posts[..toInteger($perPerson)] AS c
RETURN c.id AS content, row.strength / size(posts) AS score
ORDER BY score DESC, content LIMIT toInteger($limit)
