// What does the graph know of these pieces of content, and with which of them did the person engage?
// Indexes: content_id, user_id
// :params {userId: "7", references: ["post:p1"], now: 1767225600000, halfLifeMs: 598943000}
UNWIND $references AS reference
MATCH (c:Content {id: reference})
CALL (c) {
  OPTIONAL MATCH (a:User)-[:AUTHORED]->(c)
  RETURN a ORDER BY a.id LIMIT 1
}
WITH reference, c, a, c.storedEngagement * 2 ^ (-($now - c.engagementAsOf) / $halfLifeMs) AS engagement
// One row: a row each would cost a page more than the answer itself.
WITH collect([reference, c.type, c.createdAt, c.firstAt, coalesce(engagement, 0.0), COUNT { (a)-[:AUTHORED]->() }]) AS contents
RETURN contents, COLLECT {
  MATCH (:User {id: $userId})-[e:ENGAGED]->(c)
  WHERE c.id IN $references
  // As it was when it happened: who engaged once has engaged, however long ago.
  RETURN [c.id, e.weight * 2 ^ ((e.asOf - coalesce(e.lastAt, e.asOf)) / $halfLifeMs)]
} AS mine
