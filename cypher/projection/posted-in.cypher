// Replaces the community that content was posted in; a row without one takes the edge away.
// Indexes: content_id, community_id
// :params {rows: [{id: "post:p1", community: "chess"}]}
UNWIND $rows AS row
MATCH (c:Content {id: row.id})
CALL (c, row) {
  MATCH (c)-[former:POSTED_IN]->(m:Community)
  WHERE m.id <> coalesce(row.community, '')
  DELETE former
}
MATCH (community:Community {id: row.community})
MERGE (c)-[:POSTED_IN]->(community)
