// Sets what is known of content: its description with a title from the catalogue, who made it, its tags, community and what it answers.
// Indexes: content_id, user_id, tag_name, community_id
// :params {rows: [{id: "post:p1", title: "Chess at noon", createdAt: 1767225600000.0, visibility: "public", deletedAt: null, author: "7", tags: ["cats"], community: "chess", parent: "question:q1"}]}
UNWIND $rows AS row
MATCH (c:Content {id: row.id})
SET c.title = row.title, c.createdAt = row.createdAt, c.visibility = row.visibility, c.deletedAt = row.deletedAt
WITH c, row
CALL (c, row) {
  MATCH (c)<-[former:AUTHORED]-(u:User)
  WHERE u.id <> coalesce(row.author, '')
  DELETE former
}
CALL (c, row) {
  MATCH (c)-[former:TAGGED|POSTED_IN|REPLY_TO]->(other)
  WHERE NOT CASE type(former)
    WHEN 'TAGGED' THEN other.name IN row.tags
    WHEN 'POSTED_IN' THEN other.id = coalesce(row.community, '')
    ELSE other.id = coalesce(row.parent, '')
  END
  DELETE former
}
CALL (c, row) {
  MATCH (author:User {id: row.author})
  MERGE (author)-[:AUTHORED]->(c)
}
CALL (c, row) {
  UNWIND row.tags AS name
  MATCH (tag:Tag {name: name})
  MERGE (c)-[:TAGGED]->(tag)
}
CALL (c, row) {
  MATCH (community:Community {id: row.community})
  MERGE (c)-[:POSTED_IN]->(community)
}
CALL (c, row) {
  MATCH (parent:Content {id: row.parent})
  MERGE (c)-[:REPLY_TO]->(parent)
}
