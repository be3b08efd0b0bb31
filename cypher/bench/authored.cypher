// Makes AUTHORED edges with one plain statement, as somebody would write it by hand.
// Indexes: user_id, content_id
// :params {rows: [{from: "7", to: "post:p1"}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:Content {id: row.to})
MERGE (from)-[:AUTHORED]->(to)
