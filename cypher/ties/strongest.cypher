// Whom is a person tied to most, by which parts, and how do the two stand to each other?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 598890000, directOnly: true, limit: 20}
MATCH (me:User {id: $userId})-[t:TIE]->(other:User)
WHERE t.direct OR NOT $directOnly
WITH me, other, t, t.fading * 2 ^ (-($now - t.asOf) / $halfLifeMs) + t.standing AS x
ORDER BY x DESC, other.id LIMIT toInteger($limit)
OPTIONAL MATCH (me)-[k:CONNECTED]->(other)
WITH other, t, x, k
ORDER BY x DESC, other.id
RETURN other.id AS person, properties(t) AS tie, coalesce(k.status = 'accepted', false) AS accepted,
  coalesce(k.follows, false) AS follows, k.circle AS circle, k.since AS since
