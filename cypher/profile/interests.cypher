// In which tags is a person interested now, by what they did most and by what they said, and when did they last show it?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 2592000000, leastWeight: 1e-6, limit: 50}
MATCH (me:User {id: $userId})
CALL (me) {
  MATCH (me)-[i:INTERESTED_IN]->(t:Tag)
  WITH t.name AS tag, coalesce(i.declared, false) AS declared, i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS weight, i.lastAt AS lastAt
  WHERE declared OR weight > $leastWeight
  RETURN tag, declared, weight, lastAt ORDER BY weight DESC, tag LIMIT toInteger($limit)
  UNION
  // What was declared counts more than its weight, and must not be crowded out.
  MATCH (me)-[i:INTERESTED_IN]->(t:Tag)
  WHERE i.declared
  RETURN t.name AS tag, true AS declared, i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS weight, i.lastAt AS lastAt
  ORDER BY weight DESC, tag LIMIT toInteger($limit)
}
RETURN tag, declared, weight, lastAt
ORDER BY weight DESC, tag
