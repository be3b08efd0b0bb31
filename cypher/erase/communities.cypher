// Deletes communities that nothing in the log names any more.
// Indexes: community_id
// :params {ids: ["chess"]}
UNWIND $ids AS id
MATCH (n:Community {id: id})
DETACH DELETE n
