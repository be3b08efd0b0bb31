// Who engages with the same content as each of these people, by the cosine of what they engage with, shrunk for little in common?
// Indexes: user_id
// :params {ids: ["7"], now: 1767225600000.0, engagedHalfLifeMs: 598890000.0, leastWeight: 0.000000001, densest: 2000, mostPeople: 200, mostItems: 50, tooMany: 2000, halfLifeMs: 1.0e30, shrinkage: 5, mostNeighbours: 50}
UNWIND $ids AS id
MATCH (u:User {id: id})
WHERE COUNT { (u)-[:ENGAGED]->() } <= $densest
CALL (u) {
  MATCH (u)-[e:ENGAGED]->(c)
  WHERE e.weight * 2 ^ (-($now - e.asOf) / $engagedHalfLifeMs) >= $leastWeight
  WITH c, coalesce(e.lastAt, e.asOf) AS at
  ORDER BY at DESC, c.id
  LIMIT toInteger($mostItems)
  WITH collect({content: c, at: at}) AS history
  UNWIND history AS one
  WITH size(history) AS asked, one.content AS c, one.at AS at
  // What everybody engages with tells nothing about taste, and is the expensive part of this question.
  WHERE COUNT { (c)<-[:ENGAGED]-() } <= $tooMany
  CALL (c) {
    MATCH (c)<-[o:ENGAGED]-(v)
    WHERE o.weight * 2 ^ (-($now - o.asOf) / $engagedHalfLifeMs) >= $leastWeight
    WITH v, coalesce(o.lastAt, o.asOf) AS too
    ORDER BY too DESC, v.id
    LIMIT toInteger($mostPeople)
    RETURN v, too
  }
  WITH asked, v, count(*) AS contents, sum(2 ^ (-($now - CASE WHEN at > too THEN at ELSE too END) / $halfLifeMs)) AS shared
  WHERE v <> u
  WITH v, shared / sqrt(1.0 * asked * COUNT { (v)-[:ENGAGED]->() }) * contents / (contents + $shrinkage) AS score
  ORDER BY score DESC, v.id
  LIMIT toInteger($mostNeighbours)
  RETURN collect(v.id) AS to, collect(score) AS scores
}
RETURN u.id AS from, to, scores
ORDER BY from
