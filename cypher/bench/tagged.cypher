// Makes TAGGED edges with one plain statement, as somebody would write it by hand.
// Indexes: content_id, tag_name
// :params {rows: [{from: "post:p1", to: "cats"}]}
UNWIND $rows AS row
MATCH (from:Content {id: row.from})
MATCH (to:Tag {name: row.to})
MERGE (from)-[:TAGGED]->(to)
