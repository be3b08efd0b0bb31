// Makes CONNECTED edges with one plain statement, as somebody would write it by hand.
// Indexes: user_id
// :params {rows: [{from: "7", to: "8", patch: {follows: true}}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:User {id: row.to})
MERGE (from)-[e:CONNECTED]->(to)
SET e += row.patch
