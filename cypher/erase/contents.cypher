// Deletes content that nothing in the log names any more.
// Indexes: content_id
// :params {ids: ["post:p1"]}
UNWIND $ids AS id
MATCH (n:Content {id: id})
DETACH DELETE n
