// What did the people who engaged with the same content as a person engage with besides?
// Indexes: user_id
// :params {userId: "7", now: 1767225600000, halfLifeMs: 598943000, seeds: 20, people: 25, perPerson: 20, maxEngagers: 200, maxEngaged: 2000, excludedTypes: ["comment"], limit: 100}
MATCH (me:User {id: $userId})-[e:ENGAGED]->(seed)
// What everybody engaged with tells nothing about taste, and is the expensive part of this question.
WITH me, seed, e.weight * 2 ^ (-($now - e.asOf) / $halfLifeMs) AS mine, COUNT { (seed)<-[:ENGAGED]-() } AS engagers
WHERE mine > 1e-3 AND engagers <= $maxEngagers
WITH me, seed, mine, engagers ORDER BY mine DESC, seed.id LIMIT toInteger($seeds)
MATCH (seed)<-[o:ENGAGED]-(person)
WHERE person <> me
WITH me, person, sum(mine * o.weight * 2 ^ (-($now - o.asOf) / $halfLifeMs) / sqrt(engagers)) AS likeness
WHERE likeness > 1e-3 AND COUNT { (person)-[:ENGAGED]->() } <= $maxEngaged
WITH me, person, likeness ORDER BY likeness DESC, person.id LIMIT toInteger($people)
CALL (person) {
  MATCH (person)-[o:ENGAGED]->(c)
  WITH c, o.weight * 2 ^ (-($now - o.asOf) / $halfLifeMs) AS weight
  WHERE weight > 1e-3 AND NOT c.type IN $excludedTypes
  RETURN c, weight ORDER BY weight DESC, c.id LIMIT toInteger($perPerson)
}
// Authors engage with their own work; that is no common taste.
WITH me, person, likeness, c, weight WHERE NOT EXISTS { (person)-[:AUTHORED]->(c) }
WITH me, c, sum(likeness * weight) AS score, count(person) AS people
// What was taken back leaves an edge whose weight is the rounding of its sum.
WHERE NOT EXISTS { (me)-[o:ENGAGED]->(c) WHERE abs(o.weight) >= 1e-9 } AND NOT EXISTS { (me)-[:AUTHORED]->(c) }
RETURN c.id AS content, score, people
ORDER BY score DESC, content LIMIT toInteger($limit)
