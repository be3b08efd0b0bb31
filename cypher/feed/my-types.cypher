// How does a person's engagement divide among the types of content now?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 598943000, since: 0}
MATCH (:User {id: $userId})-[e:ENGAGED]->(c)
// Not a bare property: the reader is known, and the index by time would be read from the beginning.
WHERE coalesce(e.lastAt, 0) > $since
WITH c.type AS type, sum(e.weight * 2 ^ (-($now - e.asOf) / $halfLifeMs)) AS weight
WHERE weight > 1e-6
RETURN type, weight
