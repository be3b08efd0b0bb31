// Which content do the people of each of these engage with too, by the cosine of the two audiences, shrunk for few people?
// Indexes: content_id
// :params {ids: ["post:p1"], now: 1767225600000.0, engagedHalfLifeMs: 598890000.0, leastWeight: 0.000000001, densest: 2000, mostPeople: 200, mostItems: 50, tooMany: 2000, halfLifeMs: 1.0e30, shrinkage: 5, excludedTypes: ["comment"], mostNeighbours: 50}
UNWIND $ids AS id
MATCH (c:Content {id: id})
WHERE COUNT { (c)<-[:ENGAGED]-() } <= $densest
CALL (c) {
  MATCH (c)<-[e:ENGAGED]-(u)
  WHERE e.weight * 2 ^ (-($now - e.asOf) / $engagedHalfLifeMs) >= $leastWeight
  WITH u, coalesce(e.lastAt, e.asOf) AS at
  ORDER BY at DESC, u.id
  LIMIT toInteger($mostPeople)
  WITH collect({person: u, at: at}) AS audience
  UNWIND audience AS one
  WITH size(audience) AS asked, one.person AS u, one.at AS at
  // Whoever engages with everything shows no taste, and is the expensive part of this question.
  WHERE COUNT { (u)-[:ENGAGED]->() } <= $tooMany
  // Authors engage with their own work; that is no common taste.
  WITH asked, u, at, COLLECT { MATCH (u)-[:AUTHORED]->(own) RETURN own } AS owned
  WHERE NOT c IN owned
  CALL (u) {
    MATCH (u)-[o:ENGAGED]->(d)
    WHERE o.weight * 2 ^ (-($now - o.asOf) / $engagedHalfLifeMs) >= $leastWeight
    WITH d, coalesce(o.lastAt, o.asOf) AS too
    ORDER BY too DESC, d.id
    LIMIT toInteger($mostItems)
    RETURN d, too
  }
  WITH asked, at, owned, d, too
  WHERE NOT d IN owned
  WITH asked, d, count(*) AS people, sum(2 ^ (-($now - CASE WHEN at > too THEN at ELSE too END) / $halfLifeMs)) AS shared
  WHERE d <> c AND NOT d.type IN $excludedTypes
  WITH d, shared / sqrt(1.0 * asked * COUNT { (d)<-[:ENGAGED]-() }) * people / (people + $shrinkage) AS score
  ORDER BY score DESC, d.id
  LIMIT toInteger($mostNeighbours)
  RETURN collect(d.id) AS to, collect(score) AS scores
}
RETURN c.id AS from, to, scores
ORDER BY from
