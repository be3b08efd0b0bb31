// What was posted last in these communities, each as far as it is small enough to be looked through?
// Indexes: community_id
// :params {communities: ["chess"], since: 1764633600000, largest: 2000, perCommunity: 15, excludedTypes: ["comment"], limit: 60}
UNWIND $communities AS id
MATCH (g:Community {id: id})
WHERE COUNT { (g)<-[:POSTED_IN]-() } <= $largest
CALL (g) {
  // Without its label the content cannot be looked for by its time, among everybody's.
  MATCH (g)<-[:POSTED_IN]-(c)
  WHERE c.createdAt >= $since AND c.deletedAt IS NULL AND NOT c.type IN $excludedTypes
  RETURN c ORDER BY c.createdAt DESC, c.id LIMIT toInteger($perCommunity)
}
RETURN DISTINCT c.id AS content, c.createdAt AS createdAt
ORDER BY createdAt DESC, content LIMIT toInteger($limit)
