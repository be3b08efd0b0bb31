// Makes the tags that a batch names.
// Indexes: tag_name
// :params {names: ["cats", "graphs"]}
UNWIND $names AS name
MERGE (:Tag {name: name})
