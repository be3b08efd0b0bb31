// Makes REPLY_TO edges with one plain statement, as somebody would write it by hand.
// Indexes: content_id
// :params {rows: [{from: "comment:k1", to: "post:p1"}]}
UNWIND $rows AS row
MATCH (from:Content {id: row.from})
MATCH (to:Content {id: row.to})
MERGE (from)-[:REPLY_TO]->(to)
