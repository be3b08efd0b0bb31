// Adds a batch's signals to which tags people showed interest in.
// Indexes: user_id, tag_name
// :params {halfLifeMs: 598890000.0, from: ["7"], to: ["cats"], weight: [0.3], asOf: [1767225600000.0], lastAt: [1767225600000.0]}
UNWIND range(0, size($from) - 1) AS i
MATCH (from:User {id: $from[i]})
MATCH (to:Tag {name: $to[i]})
WITH from, to, $weight[i] AS weight, $asOf[i] AS asOf, $lastAt[i] AS lastAt
MERGE (from)-[e:INTERESTED_IN]->(to)
ON CREATE SET e.weight = weight, e.asOf = asOf, e.lastAt = lastAt
ON MATCH SET
  e.weight = CASE
    WHEN asOf >= e.asOf THEN e.weight * 2 ^ (-(asOf - e.asOf) / $halfLifeMs) + weight
    ELSE e.weight + weight * 2 ^ (-(e.asOf - asOf) / $halfLifeMs)
  END,
  e.asOf = CASE WHEN asOf >= e.asOf THEN asOf ELSE e.asOf END,
  e.lastAt = CASE WHEN e.lastAt >= lastAt OR lastAt IS NULL THEN e.lastAt ELSE lastAt END
