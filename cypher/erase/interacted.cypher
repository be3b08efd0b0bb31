// Deletes edges between people that are then written anew as the log has them.
// Indexes: user_id
// :params {rows: [{from: "7", to: "8"}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:User {id: row.to})
OPTIONAL MATCH (from)-[e:INTERACTED]->(to)
DELETE e
