// What did the people that a person is tied to make lately, and what do those in touch with the person openly like?
// Indexes: user_id, content_id
// :params {userId: "7", ties: [{person: "8", strength: 0.5, liked: [{content: "post:p1", weight: 0.3}]}], since: 1764633600000, perPerson: 20, excludedTypes: ["comment"], limit: 150}
MATCH (me:User {id: $userId})
UNWIND $ties AS tie
MATCH (person:User {id: tie.person})
CALL (person, tie) {
  MATCH (person)-[:AUTHORED]->(c)
  WHERE c.createdAt >= $since AND NOT c.type IN $excludedTypes
  RETURN c, 1.0 AS weight ORDER BY c.createdAt DESC, c.id LIMIT toInteger($perPerson)
  UNION ALL
  WITH tie
  UNWIND tie.liked AS liked
  MATCH (c:Content {id: liked.content})
  WHERE NOT c.type IN $excludedTypes
  RETURN c, liked.weight AS weight
}
WITH me, c, sum(tie.strength * weight) AS score
// What was taken back leaves an edge whose weight is the rounding of its sum.
WHERE NOT EXISTS { (me)-[o:ENGAGED]->(c) WHERE abs(o.weight) >= 1e-9 } AND NOT EXISTS { (me)-[:AUTHORED]->(c) }
RETURN c.id AS content, score
ORDER BY score DESC, content LIMIT toInteger($limit)
