// Makes POSTED_IN edges with one plain statement, as somebody would write it by hand.
// Indexes: content_id, community_id
// :params {rows: [{from: "post:p1", to: "chess"}]}
UNWIND $rows AS row
MATCH (from:Content {id: row.from})
MATCH (to:Community {id: row.to})
MERGE (from)-[:POSTED_IN]->(to)
