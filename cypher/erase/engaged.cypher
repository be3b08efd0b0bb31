// Deletes edges of engagement that are then written anew as the log has them.
// Indexes: user_id, content_id
// :params {rows: [{from: "7", to: "post:p1"}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:Content {id: row.to})
OPTIONAL MATCH (from)-[e:ENGAGED]->(to)
DELETE e
