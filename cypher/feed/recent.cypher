// Which public content is the newest, from a place in that order on, by whom, of how many works, in which community, and which tags has it?
// Indexes: content_created_at
// :params {before: 1767225600000, after: "", scan: 500, excludedTypes: ["comment"]}
MATCH (c:Content)
WHERE c.createdAt <= $before AND (c.createdAt < $before OR c.id > $after)
  AND coalesce(c.visibility, 'public') = 'public' AND c.deletedAt IS NULL
  AND NOT c.type IN $excludedTypes
WITH c ORDER BY c.createdAt DESC, c.id LIMIT toInteger($scan)
CALL (c) {
  OPTIONAL MATCH (a:User)-[:AUTHORED]->(c)
  RETURN a ORDER BY a.id LIMIT 1
}
RETURN c.id AS content, c.createdAt AS createdAt, a.id AS author, COUNT { (a)-[:AUTHORED]->() } AS works,
  head(COLLECT { MATCH (c)-[:POSTED_IN]->(g:Community) RETURN g.id ORDER BY g.id }) AS community,
  COLLECT { MATCH (c)-[:TAGGED]->(t:Tag) RETURN t.name } AS tags
ORDER BY createdAt DESC, content
