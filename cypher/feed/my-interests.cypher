// Which tags is a person interested in now, by what they did and by what they said?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 2592000000, limit: 100}
MATCH (:User {id: $userId})-[i:INTERESTED_IN]->(t:Tag)
WITH t.name AS tag, coalesce(i.declared, false) AS declared, i.weight * 2 ^ (-($now - i.asOf) / $halfLifeMs) AS weight
WHERE declared OR weight > 1e-6
RETURN tag, declared, coalesce(weight, 0.0) AS weight
ORDER BY declared DESC, weight DESC, tag LIMIT toInteger($limit)
