// What ties a person and others to each other, part by part, and which ties between them are stored?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 598890000, leastWeight: 0.000000001, maxIncoming: 5000, maxBetween: 50, maxContacts: 400, maxContents: 50, maxEngagers: 100, maxFriends: 100, maxConnections: 500, mutualContactShare: 0.05, coEngagementShare: 0.1, mutualConnectionShare: 0.1, limit: 400}
MATCH (me:User {id: $userId})
WITH me,
  COUNT { (me)<-[:INTERACTED]-() } <= $maxIncoming AND COUNT { (me)<-[:CONNECTED]-() } <= $maxIncoming
    AND COUNT { (me)<-[:TIE]-() } <= $maxIncoming AS complete
CALL (me, complete) {
  MATCH (me)-[i:INTERACTED]->(other:User)
  RETURN other, i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS outgoing, 0.0 AS incoming, 0.0 AS mutualContacts,
    0.0 AS coEngagement, 0.0 AS mutualConnections, null AS mine, null AS theirs, null AS tie, null AS back
  UNION ALL
  WITH me, complete WHERE complete
  MATCH (me)<-[i:INTERACTED]-(other:User)
  RETURN other, 0.0 AS outgoing, i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS incoming, 0.0 AS mutualContacts,
    0.0 AS coEngagement, 0.0 AS mutualConnections, null AS mine, null AS theirs, null AS tie, null AS back
  UNION ALL
  // Whom do those deal with that I deal with most? Who deals with very many is no common acquaintance.
  WITH me, complete WHERE complete
  MATCH (me)-[i:INTERACTED]-(between:User)
  WITH me, between, i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS weight
  WITH me, between, sum(CASE WHEN weight > $leastWeight THEN weight ELSE 0.0 END) AS near
  ORDER BY near DESC, between.id LIMIT toInteger($maxBetween)
  WITH me, between, near, COUNT { (between)-[:INTERACTED]-() } AS edges
  WHERE near > 0 AND edges <= $maxContacts
  MATCH (between)-[j:INTERACTED]-(other:User)
  WHERE other <> me
  WITH between, near, edges, other, j.weight * 2 ^ (-($now - j.asOf) / $halfLifeMs) AS weight
  WITH between, near, edges, other, sum(CASE WHEN weight > $leastWeight THEN weight ELSE 0.0 END) AS far
  WITH other, sum(CASE WHEN near < far THEN near ELSE far END / edges) AS mutualContacts
  RETURN other, 0.0 AS outgoing, 0.0 AS incoming, mutualContacts, 0.0 AS coEngagement, 0.0 AS mutualConnections,
    null AS mine, null AS theirs, null AS tie, null AS back
  UNION ALL
  // What a crowd engaged with is no sign of having something in common.
  MATCH (me)-[e:ENGAGED]->(c:Content)
  WITH me, c, e.weight * 2 ^ (-($now - e.asOf) / $halfLifeMs) AS mine
  WHERE mine > $leastWeight AND COUNT { (c)<-[:ENGAGED]-() } <= $maxEngagers
  WITH me, c, mine
  ORDER BY mine DESC, c.id LIMIT toInteger($maxContents)
  MATCH (c)<-[f:ENGAGED]-(other:User)
  WHERE other <> me
  WITH other, mine, f.weight * 2 ^ (-($now - f.asOf) / $halfLifeMs) AS theirs
  WHERE theirs > $leastWeight
  WITH other, sum(CASE WHEN mine < theirs THEN mine ELSE theirs END) AS coEngagement
  RETURN other, 0.0 AS outgoing, 0.0 AS incoming, 0.0 AS mutualContacts, coEngagement, 0.0 AS mutualConnections,
    null AS mine, null AS theirs, null AS tie, null AS back
  UNION ALL
  // Adamic–Adar over accepted connections, the newest first where there are very many.
  MATCH (me)-[k:CONNECTED {status: 'accepted'}]->(friend:User)
  WITH me, friend, k.since AS since
  ORDER BY since DESC, friend.id LIMIT toInteger($maxFriends)
  WITH me, friend WHERE COUNT { (friend)-[:CONNECTED]->() } <= $maxConnections
  WITH me, friend, COUNT { (friend)-[:CONNECTED {status: 'accepted'}]->() } AS connections
  MATCH (friend)-[:CONNECTED {status: 'accepted'}]->(other:User)
  WHERE other <> me
  WITH other, sum(1 / log(1 + connections)) AS mutualConnections
  RETURN other, 0.0 AS outgoing, 0.0 AS incoming, 0.0 AS mutualContacts, 0.0 AS coEngagement, mutualConnections,
    null AS mine, null AS theirs, null AS tie, null AS back
  UNION ALL
  // What stands between the two is carried along: to look for it between each two people was seven times the database hits.
  MATCH (me)-[mine:CONNECTED]->(other:User)
  RETURN other, 0.0 AS outgoing, 0.0 AS incoming, 0.0 AS mutualContacts, 0.0 AS coEngagement, 0.0 AS mutualConnections,
    mine, null AS theirs, null AS tie, null AS back
  UNION ALL
  MATCH (me)-[tie:TIE]->(other:User)
  RETURN other, 0.0 AS outgoing, 0.0 AS incoming, 0.0 AS mutualContacts, 0.0 AS coEngagement, 0.0 AS mutualConnections,
    null AS mine, null AS theirs, tie, null AS back
  UNION ALL
  WITH me, complete WHERE complete
  MATCH (me)<-[theirs:CONNECTED]-(other:User)
  RETURN other, 0.0 AS outgoing, 0.0 AS incoming, 0.0 AS mutualContacts, 0.0 AS coEngagement, 0.0 AS mutualConnections,
    null AS mine, theirs, null AS tie, null AS back
  UNION ALL
  WITH me, complete WHERE complete
  MATCH (me)<-[back:TIE]-(other:User)
  RETURN other, 0.0 AS outgoing, 0.0 AS incoming, 0.0 AS mutualContacts, 0.0 AS coEngagement, 0.0 AS mutualConnections,
    null AS mine, null AS theirs, null AS tie, back
}
WITH me, complete, other, sum(outgoing) AS outgoing, sum(incoming) AS incoming, sum(mutualContacts) AS mutualContacts,
  sum(coEngagement) AS coEngagement, sum(mutualConnections) AS mutualConnections, head(collect(mine)) AS mine,
  head(collect(theirs)) AS theirs, head(collect(tie)) AS tie, head(collect(back)) AS back
ORDER BY mine IS NOT NULL DESC, outgoing > $leastWeight OR tie IS NOT NULL DESC,
  outgoing + incoming + $mutualContactShare * mutualContacts + $coEngagementShare * coEngagement
    + $mutualConnectionShare * mutualConnections DESC,
  other.id
LIMIT toInteger($limit)
RETURN other.id AS person, complete, outgoing, incoming, mutualContacts, coEngagement, mutualConnections,
  EXISTS { (me)-[:SUPPRESSED {reason: 'block'}]-(other) } AS blocked,
  {accepted: coalesce(mine.status = 'accepted', false), follows: coalesce(mine.follows, false), circle: mine.circle} AS relation,
  {accepted: coalesce(theirs.status = 'accepted', false), follows: coalesce(theirs.follows, false), circle: theirs.circle} AS relationBack,
  CASE WHEN tie IS NOT NULL THEN properties(tie) END AS stored,
  CASE WHEN back IS NOT NULL THEN properties(back) END AS storedBack
ORDER BY mine IS NOT NULL DESC, outgoing > $leastWeight OR tie IS NOT NULL DESC,
  outgoing + incoming + $mutualContactShare * mutualContacts + $coEngagementShare * coEngagement
    + $mutualConnectionShare * mutualConnections DESC,
  person
