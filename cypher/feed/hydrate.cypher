// What does the graph know of these pieces of content, and did the person engage with them?
// Indexes: content_id, user_id
// :params {userId: "7", references: ["post:p1"], now: 1767225600000, halfLifeMs: 598943000}
OPTIONAL MATCH (me:User {id: $userId})
UNWIND $references AS reference
MATCH (c:Content {id: reference})
OPTIONAL MATCH (me)-[mine:ENGAGED]->(c)
CALL (c) {
  OPTIONAL MATCH (a:User)-[:AUTHORED]->(c)
  RETURN a ORDER BY a.id LIMIT 1
}
RETURN c.id AS content, c.type AS type, c.createdAt AS createdAt, c.firstAt AS firstAt,
  coalesce(c.storedEngagement * 2 ^ (-($now - c.engagementAsOf) / $halfLifeMs), 0.0) AS engagement,
  COUNT { (a)-[:AUTHORED]->() } AS authorWorks,
  // As it was when it happened: who engaged once has engaged, however long ago.
  coalesce(mine.weight * 2 ^ ((mine.asOf - coalesce(mine.lastAt, mine.asOf)) / $halfLifeMs), 0.0) AS mine
