// Adds weights to INTERESTED_IN edges with one plain statement, as somebody would write it by hand.
// Indexes: user_id, tag_name
// :params {rows: [{from: "7", to: "post:p1", weight: 0.3, asOf: 1767225600000.0}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:Tag {name: row.to})
MERGE (from)-[e:INTERESTED_IN]->(to)
ON CREATE SET e.weight = row.weight, e.asOf = row.asOf
ON MATCH SET e.weight = e.weight + row.weight, e.asOf = row.asOf
