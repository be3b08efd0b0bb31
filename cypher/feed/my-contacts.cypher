// With whom did a person deal, and what is that worth now?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 598943000, limit: 5000}
MATCH (:User {id: $userId})-[i:INTERACTED]->(person:User)
WITH person.id AS person, i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS weight
WHERE weight > 1e-6
RETURN person, weight
ORDER BY weight DESC, person LIMIT toInteger($limit)
