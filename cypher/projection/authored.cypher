// Replaces who made content; a row without an author takes the edge away.
// Indexes: content_id, user_id
// :params {rows: [{id: "post:p1", author: "7"}]}
UNWIND $rows AS row
MATCH (c:Content {id: row.id})
CALL (c, row) {
  MATCH (c)<-[former:AUTHORED]-(u:User)
  WHERE u.id <> coalesce(row.author, '')
  DELETE former
}
MATCH (author:User {id: row.author})
MERGE (author)-[:AUTHORED]->(c)
