// To how many people did a person turn of late, and how many of those turned to them?
// Indexes: user_id
// :params {userId: "7", since: 1764633600000, leastWeight: 1e-9, limit: 200}
MATCH (me:User {id: $userId})-[mine:INTERACTED]->(v:User)
WHERE mine.lastAt >= $since AND mine.weight >= $leastWeight
WITH me, v ORDER BY mine.lastAt DESC, v.id LIMIT toInteger($limit)
RETURN count(v) AS turnedTo,
  count(CASE WHEN EXISTS { (v)-[back:INTERACTED]->(me) WHERE back.lastAt >= $since AND back.weight >= $leastWeight } THEN 1 END) AS turnedBack
