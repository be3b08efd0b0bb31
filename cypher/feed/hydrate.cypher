// What does the graph know of these pieces of content, and did the person engage with them?
// Indexes: content_id, user_id
// :params {userId: "7", references: ["post:p1"], now: 1767225600000, halfLifeMs: 598943000, exactUpTo: 100}
OPTIONAL MATCH (me:User {id: $userId})
UNWIND $references AS reference
MATCH (c:Content {id: reference})
OPTIONAL MATCH (me)-[mine:ENGAGED]->(c)
WITH c, mine, COUNT { (c)<-[:ENGAGED]-() } AS engagers
CALL (c, engagers) {
  // Reading a whole crowd takes too long for one page.
  WITH c WHERE engagers <= $exactUpTo
  MATCH (c)<-[e:ENGAGED]-()
  RETURN sum(e.weight * 2 ^ (-($now - e.asOf) / $halfLifeMs)) AS engagement
}
RETURN c.id AS content, c.type AS type, c.createdAt AS createdAt, c.firstAt AS firstAt, engagers,
  CASE WHEN engagers <= $exactUpTo THEN engagement END AS engagement,
  coalesce(mine.weight * 2 ^ (-($now - mine.asOf) / $halfLifeMs), 0.0) AS mine
