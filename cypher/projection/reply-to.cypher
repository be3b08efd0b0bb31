// Replaces what content answers or comments on; a row without it takes the edge away.
// Indexes: content_id
// :params {rows: [{id: "answer:a1", parent: "question:q1"}]}
UNWIND $rows AS row
MATCH (c:Content {id: row.id})
CALL (c, row) {
  MATCH (c)-[former:REPLY_TO]->(p:Content)
  WHERE p.id <> coalesce(row.parent, '')
  DELETE former
}
MATCH (parent:Content {id: row.parent})
MERGE (c)-[:REPLY_TO]->(parent)
