// Which public content has a tag: the newest of it, or what everybody is most engaged with?
// Indexes: tag_name, content_created_at
// :params {tag: "chess", hottest: false, before: 1767225600000, largest: 5000, excludedTypes: ["comment"], limit: 150}
MATCH (t:Tag {name: $tag})
CALL (t) {
  WITH t WHERE COUNT { (t)<-[:TAGGED]-() } <= $largest
  MATCH (t)<-[:TAGGED]-(c:Content)
  RETURN c
  UNION
  // Of a tag that very much content has, what is among the newest of all.
  WITH t WHERE COUNT { (t)<-[:TAGGED]-() } > $largest
  CALL (t) {
    MATCH (c:Content)
    WHERE c.createdAt <= $before
    RETURN c ORDER BY c.createdAt DESC, c.id LIMIT toInteger($largest)
  }
  WITH t, c WHERE EXISTS { (c)-[:TAGGED]->(t) }
  RETURN c
}
WITH c WHERE coalesce(c.visibility, 'public') = 'public' AND c.deletedAt IS NULL AND NOT c.type IN $excludedTypes
RETURN c.id AS content, CASE WHEN $hottest THEN coalesce(c.hotness, -1e9) ELSE coalesce(c.createdAt, c.firstAt, 0) END AS score
ORDER BY score DESC, content LIMIT toInteger($limit)
