// Brings the next fading edges, in the order of people's ids, forward to now; what has faded to nothing is deleted.
// Indexes: user_id
// :params {from: "", now: 1767225600000.0, limit: 10000, engagedHalfLifeMs: 598890000.0, interactedHalfLifeMs: 598890000.0, interestedInHalfLifeMs: 2592000000.0, nothingLeft: 0.00000000001}
MATCH (u:User)
WHERE u.id >= $from
WITH u
ORDER BY u.id
MATCH (u)-[e:ENGAGED|INTERACTED|INTERESTED_IN]->()
WHERE e.asOf < $now
WITH u, e
ORDER BY u.id
LIMIT toInteger($limit)
WITH u.id AS id, e, e.weight * 2 ^ (-($now - e.asOf) / CASE type(e)
  WHEN 'ENGAGED' THEN $engagedHalfLifeMs
  WHEN 'INTERACTED' THEN $interactedHalfLifeMs
  ELSE $interestedInHalfLifeMs
END) AS weight
WITH id, e, weight, abs(weight) < $nothingLeft AND e.declared IS NULL AS faded
SET e.weight = weight, e.asOf = $now
WITH id, e, faded
FOREACH (gone IN CASE WHEN faded THEN [e] ELSE [] END | DELETE gone)
RETURN max(id) AS lastUser, count(*) AS edges, sum(CASE WHEN faded THEN 1 ELSE 0 END) AS deleted
