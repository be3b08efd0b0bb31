// Adds a batch's signals to which tags people showed interest in.
// Indexes: user_id, tag_name
// :params {halfLifeMs: 598890000.0, rows: [{from: "7", to: "cats", weight: 0.3, asOf: 1767225600000.0, lastAt: 1767225600000.0}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:Tag {name: row.to})
MERGE (from)-[e:INTERESTED_IN]->(to)
ON CREATE SET e.weight = row.weight, e.asOf = row.asOf, e.lastAt = row.lastAt
ON MATCH SET
  e.weight = CASE
    WHEN row.asOf >= e.asOf THEN e.weight * 2 ^ (-(row.asOf - e.asOf) / $halfLifeMs) + row.weight
    ELSE e.weight + row.weight * 2 ^ (-(e.asOf - row.asOf) / $halfLifeMs)
  END,
  e.asOf = CASE WHEN row.asOf >= e.asOf THEN row.asOf ELSE e.asOf END,
  e.lastAt = CASE WHEN e.lastAt >= row.lastAt OR row.lastAt IS NULL THEN e.lastAt ELSE row.lastAt END
