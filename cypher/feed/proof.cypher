// Which of these pieces of content did these people engage with?
// Indexes: user_id
// :params {people: ["8"], references: ["post:p1"], now: 1767225600000, halfLifeMs: 598943000, maxEngaged: 2000}
UNWIND $people AS id
MATCH (person:User {id: id})
// Who engages with everything is no witness for anything, and reading all of it would take too long.
WHERE COUNT { (person)-[:ENGAGED]->() } <= $maxEngaged
MATCH (person)-[e:ENGAGED]->(c)
WHERE c.id IN $references
WITH c.id AS content, id AS person, e.weight * 2 ^ (-($now - e.asOf) / $halfLifeMs) AS weight
WHERE weight > 1e-3
RETURN content, person, weight
