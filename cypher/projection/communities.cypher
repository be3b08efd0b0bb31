// Makes the communities that a batch names.
// Indexes: community_id
// :params {ids: ["chess"]}
UNWIND $ids AS id
MERGE (:Community {id: id})
