// Which of these pieces of content did these people engage with, when last, and how much, as it was then?
// Indexes: user_id
// :params {people: ["8"], references: ["post:p1"], halfLifeMs: 598943000, maxEngaged: 2000}
UNWIND $people AS id
MATCH (person:User {id: id})
// Who engages with everything is no witness for anything, and reading all of it would take too long.
WHERE COUNT { (person)-[:ENGAGED]->() } <= $maxEngaged
MATCH (person)-[e:ENGAGED]->(c)
WHERE c.id IN $references AND coalesce(e.lastAt, 0) > 0
WITH c.id AS content, id AS person, e.lastAt AS at, e.weight * 2 ^ ((e.asOf - e.lastAt) / $halfLifeMs) AS weight
WHERE weight > 1e-9
// One row: a row each would cost a page more than the answer itself.
RETURN collect([content, person, at, weight]) AS acts
