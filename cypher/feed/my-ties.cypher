// Whom did a person turn to (connection, follow, circle or contact), how much do the two interact each way now, and what have they in common?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 598943000, maxIncoming: 5000, limit: 500}
MATCH (me:User {id: $userId})
CALL (me) {
  MATCH (me)-[k:CONNECTED]->(person:User)
  WHERE k.status = 'accepted' OR k.follows OR k.circle IS NOT NULL
  RETURN person, k.status = 'accepted' AS accepted, k.follows AS follows, k.circle AS circle, 0.0 AS outgoing, 0.0 AS incoming
  UNION ALL
  MATCH (me)-[i:INTERACTED]->(person:User)
  RETURN person, null AS accepted, null AS follows, null AS circle,
    i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS outgoing, 0.0 AS incoming
  UNION ALL
  // Somebody whom very many people visit is not tied to each of them, and reading all of them would take too long.
  WITH me WHERE COUNT { (me)<-[:INTERACTED]-() } <= $maxIncoming
  MATCH (me)<-[i:INTERACTED]-(person:User)
  RETURN person, null AS accepted, null AS follows, null AS circle, 0.0 AS outgoing,
    i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS incoming
}
WITH me, person, head(collect(accepted)) AS accepted, head(collect(follows)) AS follows, head(collect(circle)) AS circle,
  sum(outgoing) AS outgoing, sum(incoming) AS incoming
// That somebody turned to them is no tie of theirs, and however many do must not crowd out those they have.
WHERE accepted OR follows OR circle IS NOT NULL OR outgoing > 1e-6
WITH me, person, accepted, follows, circle, outgoing, incoming
ORDER BY accepted OR follows OR circle IS NOT NULL DESC, outgoing + incoming DESC, person.id LIMIT toInteger($limit)
WHERE NOT EXISTS { (me)-[:SUPPRESSED {reason: 'block'}]-(person) }
// What they have in common takes too long to work out for a page, and was not changed by what they did just now.
OPTIONAL MATCH (me)-[tie:TIE]->(person)
WITH person, accepted, follows, circle, outgoing, incoming, tie, 2 ^ (-($now - tie.asOf) / $halfLifeMs) AS left
RETURN person.id AS person, coalesce(accepted, false) AS accepted, coalesce(follows, false) AS follows, circle, outgoing,
  incoming, coalesce(tie.mutualContacts * left, 0.0) AS mutualContacts, coalesce(tie.coEngagement * left, 0.0) AS coEngagement,
  coalesce(tie.mutualConnections, 0.0) AS mutualConnections
