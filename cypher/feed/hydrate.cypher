// What does the graph know of these pieces of content, who of the person's ties engaged with them, and did the person?
// Indexes: content_id, user_id
// :params {userId: "7", ties: {`8`: 0.5}, references: ["post:p1"], now: 1767225600000, halfLifeMs: 598943000, exactUpTo: 100}
CALL () {
  UNWIND keys($ties) AS id
  MATCH (tie:User {id: id})
  RETURN collect(tie) AS ties
}
UNWIND $references AS reference
MATCH (c:Content {id: reference})
OPTIONAL MATCH (:User {id: $userId})-[mine:ENGAGED]->(c)
WITH c, mine, ties, COUNT { (c)<-[:ENGAGED]-() } AS engagers
CALL (c, ties, engagers) {
  WITH c, engagers WHERE engagers <= $exactUpTo
  MATCH (c)<-[e:ENGAGED]-(person)
  WITH person.id AS id, e.weight * 2 ^ (-($now - e.asOf) / $halfLifeMs) AS weight
  RETURN sum(weight) AS engagement, collect(CASE WHEN $ties[id] IS NOT NULL AND weight > 1e-3 THEN {person: id, weight: weight} END) AS proof
  UNION ALL
  // Reading a whole crowd takes too long for one page: only the person's ties in it are looked for.
  WITH c, ties, engagers WHERE engagers > $exactUpTo
  UNWIND ties AS tie
  MATCH (c)<-[e:ENGAGED]-(tie)
  WITH tie, e.weight * 2 ^ (-($now - e.asOf) / $halfLifeMs) AS weight
  RETURN null AS engagement, collect(CASE WHEN weight > 1e-3 THEN {person: tie.id, weight: weight} END) AS proof
}
WITH c, mine, engagers, max(engagement) AS engagement, collect(proof) AS proofs
RETURN c.id AS content, c.type AS type, c.createdAt AS createdAt, c.firstAt AS firstAt, engagers,
  CASE WHEN engagers <= $exactUpTo THEN engagement END AS engagement,
  coalesce(mine.weight * 2 ^ (-($now - mine.asOf) / $halfLifeMs), 0.0) AS mine,
  reduce(all = [], proof IN proofs | all + proof) AS proof,
  COLLECT { MATCH (a:User)-[:AUTHORED]->(c) RETURN a.id ORDER BY a.id } AS authors,
  COLLECT { MATCH (c)-[:TAGGED]->(t:Tag) RETURN t.name ORDER BY t.name } AS tags,
  COLLECT { MATCH (c)-[:POSTED_IN]->(m:Community) RETURN m.id ORDER BY m.id } AS communities
