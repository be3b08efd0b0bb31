// With what did several people engage lately, and how many people engaged with it ever?
// Indexes: engaged_last_at
// :params {now: 1767225600000, since: 1767139200000, halfLifeMs: 14400000, scan: 1000, minimumPeople: 3, excludedTypes: ["comment"], limit: 100}
MATCH (person:User)-[e:ENGAGED]->(c:Content)
WHERE e.lastAt > $since AND coalesce(c.visibility, 'public') = 'public' AND c.deletedAt IS NULL
WITH e, c, person ORDER BY e.lastAt DESC, c.id, person.id LIMIT toInteger($scan)
WHERE e.weight >= 1e-9 AND NOT c.type IN $excludedTypes AND NOT EXISTS { (person)-[:AUTHORED]->(c) }
// One edge a pair: edges are people.
WITH c, count(e) AS people, sum(2 ^ (-($now - e.lastAt) / $halfLifeMs)) AS observed, min(e.lastAt) AS firstOfThem
WHERE people >= $minimumPeople
RETURN c.id AS content, people, observed, firstOfThem, COUNT { (c)<-[:ENGAGED]-() } AS engagers, coalesce(c.createdAt, c.firstAt) AS madeAt
ORDER BY observed DESC, content LIMIT toInteger($limit)
