// Adds what one person engaged with to what another did, who are the same.
// Indexes: user_id
// :params {halfLifeMs: 598890000.0, from: "7", to: "8"}
MATCH (one:User {id: $from})
MATCH (other:User {id: $to})
WITH DISTINCT one, other
MATCH (one)-[former:ENGAGED]->(content:Content)
MERGE (other)-[e:ENGAGED]->(content)
ON CREATE SET e.weight = former.weight, e.asOf = former.asOf, e.lastAt = former.lastAt
ON MATCH SET
  e.weight = CASE
    WHEN former.asOf >= e.asOf THEN e.weight * 2 ^ (-(former.asOf - e.asOf) / $halfLifeMs) + former.weight
    ELSE e.weight + former.weight * 2 ^ (-(e.asOf - former.asOf) / $halfLifeMs)
  END,
  e.asOf = CASE WHEN former.asOf >= e.asOf THEN former.asOf ELSE e.asOf END,
  e.lastAt = CASE WHEN e.lastAt >= former.lastAt OR former.lastAt IS NULL THEN e.lastAt ELSE former.lastAt END
