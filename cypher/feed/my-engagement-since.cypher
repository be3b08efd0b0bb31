// What is everything worth now that a person engaged with, and what of it did they turn to since some moment?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 598943000, since: 1764633600000}
MATCH (:User {id: $userId})-[e:ENGAGED]->(:Content)
WITH e.weight * 2 ^ (-($now - e.asOf) / $halfLifeMs) AS weight, coalesce(e.lastAt, 0) > $since AS since
WHERE weight > 1e-9
RETURN coalesce(sum(weight), 0.0) AS all, coalesce(sum(CASE WHEN since THEN weight ELSE 0.0 END), 0.0) AS since
