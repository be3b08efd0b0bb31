// With what did a person engage last, and how much, as it was when they did?
// Indexes: user_id
// :params {userId: "7", since: 0, halfLifeMs: 598943000, limit: 50}
MATCH (:User {id: $userId})-[e:ENGAGED]->(c:Content)
// Not a bare property: the reader is known, and the index by time would be read from the beginning.
WHERE coalesce(e.lastAt, 0) > $since
// Taste outlives attention: what was liked a year ago has faded, and still says what somebody likes.
WITH c.id AS content, e.lastAt AS at, e.weight * 2 ^ ((e.asOf - e.lastAt) / $halfLifeMs) AS weight
// What was taken back leaves an edge whose weight is the rounding of its sum.
WHERE weight >= 1e-9
RETURN content, at, weight
ORDER BY at DESC, content LIMIT toInteger($limit)
