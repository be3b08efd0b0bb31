// Where does a random walk of three steps from each of these end: to one of its people, to another content of theirs, less so the more popular that is?
// Indexes: content_id
// :params {ids: ["post:p1"], now: 1767225600000.0, engagedHalfLifeMs: 598890000.0, leastWeight: 0.000000001, densest: 2000, mostPeople: 200, mostItems: 50, tooMany: 2000, beta: 0.6, excludedTypes: ["comment"], mostNeighbours: 50}
UNWIND $ids AS id
MATCH (c:Content {id: id})
WHERE COUNT { (c)<-[:ENGAGED]-() } <= $densest
CALL (c) {
  MATCH (c)<-[e:ENGAGED]-(u)
  WHERE e.weight * 2 ^ (-($now - e.asOf) / $engagedHalfLifeMs) >= $leastWeight
  WITH u, coalesce(e.lastAt, e.asOf) AS at
  ORDER BY at DESC, u.id
  LIMIT toInteger($mostPeople)
  WITH collect(u) AS audience
  UNWIND audience AS u
  WITH size(audience) AS asked, u
  WHERE COUNT { (u)-[:ENGAGED]->() } <= $tooMany
  // Authors engage with their own work; that is no common taste.
  WITH asked, u, COLLECT { MATCH (u)-[:AUTHORED]->(own) RETURN own } AS owned
  WHERE NOT c IN owned
  CALL (u) {
    MATCH (u)-[o:ENGAGED]->(d)
    WHERE o.weight * 2 ^ (-($now - o.asOf) / $engagedHalfLifeMs) >= $leastWeight
    WITH d, coalesce(o.lastAt, o.asOf) AS too
    ORDER BY too DESC, d.id
    LIMIT toInteger($mostItems)
    RETURN collect(d) AS history
  }
  UNWIND history AS d
  WITH asked, size(history) AS choices, owned, d
  WHERE d <> c AND NOT d IN owned AND NOT d.type IN $excludedTypes
  WITH d, sum(1.0 / (asked * choices)) AS arriving
  WITH d, arriving / COUNT { (d)<-[:ENGAGED]-() } ^ $beta AS score
  ORDER BY score DESC, d.id
  LIMIT toInteger($mostNeighbours)
  RETURN collect(d.id) AS to, collect(score) AS scores
}
RETURN c.id AS from, to, scores
ORDER BY from
