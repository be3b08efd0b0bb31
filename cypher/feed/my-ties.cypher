// Whom did a person turn to (connection, follow, circle or contact), how much do the two interact each way now, and what have they in common?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 598943000, maxIncoming: 5000, limit: 500}
MATCH (me:User {id: $userId})
CALL (me) {
  MATCH (me)-[k:CONNECTED]->(person:User)
  WHERE k.status = 'accepted' OR k.follows OR k.circle IS NOT NULL
  RETURN person, k, 0.0 AS outgoing, 0.0 AS incoming, null AS tie
  UNION ALL
  MATCH (me)-[i:INTERACTED]->(person:User)
  RETURN person, null AS k, i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS outgoing, 0.0 AS incoming, null AS tie
  UNION ALL
  // Somebody whom very many people visit is not tied to each of them, and reading all of them would take too long.
  WITH me WHERE COUNT { (me)<-[:INTERACTED]-() } <= $maxIncoming
  MATCH (me)<-[i:INTERACTED]-(person:User)
  RETURN person, null AS k, 0.0 AS outgoing, i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS incoming, null AS tie
  UNION ALL
  // What they have in common takes too long to work out for a page, and was not changed by what they did just now.
  MATCH (me)-[tie:TIE]->(person)
  RETURN person, null AS k, 0.0 AS outgoing, 0.0 AS incoming, tie
}
WITH me, person, head(collect(k)) AS k, sum(outgoing) AS outgoing, sum(incoming) AS incoming, head(collect(tie)) AS tie
// That somebody turned to them is no tie of theirs, and however many do must not crowd out those they have.
WHERE k IS NOT NULL OR outgoing > 1e-6
WITH me, person, k, outgoing, incoming, tie
ORDER BY k IS NOT NULL DESC, outgoing + incoming DESC, person.id LIMIT toInteger($limit)
WHERE NOT EXISTS { (me)-[:SUPPRESSED {reason: 'block'}]-(person) }
WITH person, k, outgoing, incoming, tie, 2 ^ (-($now - tie.asOf) / $halfLifeMs) AS left
RETURN person.id AS person, coalesce(k.status = 'accepted', false) AS accepted, coalesce(k.follows, false) AS follows,
  k.circle AS circle, outgoing, incoming, coalesce(tie.mutualContacts * left, 0.0) AS mutualContacts,
  coalesce(tie.coEngagement * left, 0.0) AS coEngagement, coalesce(tie.mutualConnections, 0.0) AS mutualConnections
