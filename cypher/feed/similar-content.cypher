// What is most similar to these seeds, that a person has not engaged with?
// Indexes: user_id, content_id
// :params {userId: "7", seeds: [{content: "post:p1", weight: 1.0}], models: [{model: "cosine", weight: 1.0}], fallback: true, excludedTypes: ["comment"], limit: 200}
OPTIONAL MATCH (me:User {id: $userId})
UNWIND $seeds AS s
MATCH (seed:Content {id: s.content})
WITH me, seed, sum(s.weight) AS weight
// The first model that knows the seed, or all of them by weight.
WITH me, seed, weight, CASE WHEN $fallback
  THEN [m IN $models WHERE EXISTS { (seed)-[s:SIMILAR_TO]->(:Content) WHERE s.model = m.model }][..1] ELSE $models END AS known
UNWIND known AS m
MATCH (seed)-[s:SIMILAR_TO]->(c:Content)
WHERE s.model = m.model
WITH me, c, sum(weight * m.weight * s.score) AS score
WHERE score > 0 AND NOT c.type IN $excludedTypes
WITH me, c, score ORDER BY score DESC, c.id LIMIT toInteger(3 * $limit)
// What was taken back leaves an edge whose weight is the rounding of its sum.
WHERE NOT EXISTS { (me)-[o:ENGAGED]->(c) WHERE abs(o.weight) >= 1e-9 } AND NOT EXISTS { (me)-[:AUTHORED]->(c) }
RETURN c.id AS content, score
ORDER BY score DESC, content LIMIT toInteger($limit)
