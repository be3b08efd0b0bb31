// What did the next people, in the order of their ids, engage with that others made, and whom are they connected with?
// Indexes: user_id
// :params {after: "", people: 200, halfLifeMs: 598943000.0, mostItems: 1000, mostConnections: 500, excludedTypes: ["comment"]}
MATCH (u:User)
WHERE u.id > $after
WITH u
ORDER BY u.id
LIMIT toInteger($people)
CALL (u) {
  MATCH (u)-[e:ENGAGED]->(c:Content)
  // What was taken back leaves an edge whose weight is the rounding of its sum.
  WHERE e.weight * 2 ^ ((e.asOf - e.lastAt) / $halfLifeMs) >= 1e-9
    AND NOT c.type IN $excludedTypes AND NOT EXISTS { (u)-[:AUTHORED]->(c) }
  WITH c, e.lastAt AS at
  ORDER BY at DESC, c.id
  LIMIT toInteger($mostItems)
  RETURN collect(c.id) AS contents, collect(at) AS times
}
CALL (u) {
  MATCH (u)-[k:CONNECTED]->(v:User)
  WHERE k.status = 'accepted'
  WITH v
  ORDER BY v.id
  LIMIT toInteger($mostConnections)
  RETURN collect(v.id) AS connected
}
RETURN u.id AS person, contents, times, connected
ORDER BY person
