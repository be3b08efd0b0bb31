// Deletes interests that are then written anew as the log has them.
// Indexes: user_id, tag_name
// :params {rows: [{from: "7", to: "cats"}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:Tag {name: row.to})
OPTIONAL MATCH (from)-[e:INTERESTED_IN]->(to)
DELETE e
