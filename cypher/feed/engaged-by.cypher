// With what did these people engage most, each by their weight, that a person has not engaged with?
// Indexes: user_id
// :params {userId: "7", people: [{person: "8", weight: 0.5}], now: 1767225600000, halfLifeMs: 598943000, fadePerMs: 0.0, perPerson: 20, maxEngaged: 1000, excludedTypes: ["comment"], limit: 100}
MATCH (me:User {id: $userId})
// What was taken back leaves an edge whose weight is the rounding of its sum.
WITH COLLECT { MATCH (me)-[o:ENGAGED]->(c) WHERE abs(o.weight) >= 1e-9 RETURN c } + COLLECT { MATCH (me)-[:AUTHORED]->(c) RETURN c } AS mine
UNWIND $people AS row
MATCH (person:User {id: row.person})
// Who engages with everything is no witness for anything, and reading all of it would take too long.
WHERE COUNT { (person)-[:ENGAGED]->() } <= $maxEngaged
CALL (person) {
  MATCH (person)-[e:ENGAGED]->(c)
  WITH c, e.weight * 2 ^ ((e.asOf - e.lastAt) / $halfLifeMs - ($now - e.lastAt) * $fadePerMs) AS weight
  WHERE weight > 1e-3 AND NOT c.type IN $excludedTypes
  RETURN c, weight ORDER BY weight DESC, c.id LIMIT toInteger($perPerson)
}
WITH mine, person, row, c, weight
// Authors engage with their own work; that is no common taste.
WHERE NOT c IN mine AND NOT EXISTS { (person)-[:AUTHORED]->(c) }
WITH c.id AS content, sum(row.weight * weight) AS score
ORDER BY score DESC, content LIMIT toInteger($limit)
// One row: a row each would cost a page more than the answer itself.
RETURN collect([content, score]) AS finds
