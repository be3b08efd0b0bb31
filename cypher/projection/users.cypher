// Makes the people that a batch names.
// Indexes: user_id
// :params {ids: ["7", "8"]}
UNWIND $ids AS id
MERGE (:User {id: id})
