// Marks which tags people said to be interested in; an edge that no signal has fed goes with the mark.
// Indexes: user_id, tag_name
// :params {rows: [{from: "7", to: "cats", declared: true}]}
UNWIND $rows AS row
MATCH (u:User {id: row.from})
MATCH (t:Tag {name: row.to})
MERGE (u)-[e:INTERESTED_IN]->(t)
ON CREATE SET e.weight = 0.0, e.asOf = 0.0
SET e.declared = CASE WHEN row.declared THEN true ELSE null END
WITH e
WHERE e.declared IS NULL AND e.weight = 0.0 AND e.lastAt IS NULL
DELETE e
