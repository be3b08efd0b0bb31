// Deletes tags that nothing in the log names any more.
// Indexes: tag_name
// :params {ids: ["cats"]}
UNWIND $ids AS id
MATCH (n:Tag {name: id})
DETACH DELETE n
