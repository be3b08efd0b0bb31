// What have the next people, in the order of their ids, engaged with, newest first?
// Indexes: user_id
// :params {after: "", people: 500, now: 1767225600000.0, engagedHalfLifeMs: 598890000.0, leastWeight: 0.000000001, excludedTypes: ["comment"], mostItems: 1000}
MATCH (u:User)
WHERE u.id > $after
WITH u
ORDER BY u.id
LIMIT toInteger($people)
CALL (u) {
  MATCH (u)-[e:ENGAGED]->(c:Content)
  WITH c, e.weight * 2 ^ (-($now - e.asOf) / $engagedHalfLifeMs) AS weight, coalesce(e.lastAt, e.asOf) AS at
  WHERE weight >= $leastWeight AND NOT c.type IN $excludedTypes
  WITH c, weight, at
  ORDER BY at DESC, c.id
  LIMIT toInteger($mostItems)
  RETURN collect(c.id) AS contents, collect(weight) AS weights, collect(at) AS times
}
RETURN u.id AS person, contents, weights, times
ORDER BY person
