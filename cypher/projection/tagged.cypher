// Replaces the tags of content.
// Indexes: content_id, tag_name
// :params {rows: [{id: "post:p1", tags: ["cats"]}]}
UNWIND $rows AS row
MATCH (c:Content {id: row.id})
CALL (c, row) {
  MATCH (c)-[former:TAGGED]->(t:Tag)
  WHERE NOT t.name IN row.tags
  DELETE former
}
UNWIND row.tags AS name
MATCH (t:Tag {name: name})
MERGE (c)-[:TAGGED]->(t)
