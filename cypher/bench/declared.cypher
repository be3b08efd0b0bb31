// Makes INTERESTED_IN edges of declared interests with one plain statement, as somebody would write it by hand.
// Indexes: user_id, tag_name
// :params {rows: [{from: "7", to: "cats"}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:Tag {name: row.to})
MERGE (from)-[e:INTERESTED_IN]->(to)
SET e.declared = true
