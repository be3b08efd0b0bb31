// Deletes people whom nothing in the log names any more.
// Indexes: user_id
// :params {ids: ["7"]}
UNWIND $ids AS id
MATCH (n:User {id: id})
DETACH DELETE n
