// What is how similar to these seeds, seed by seed, and what of it does a person know already?
// Indexes: user_id, content_id
// :params {userId: "7", seeds: [{content: "post:p1", weight: 1.0, index: 0}], models: [{model: "cosine", weight: 1.0}], fallback: true}
OPTIONAL MATCH (me:User {id: $userId})
// What was taken back leaves an edge whose weight is the rounding of its sum.
WITH COLLECT { MATCH (me)-[o:ENGAGED]->(c) WHERE abs(o.weight) >= 1e-9 RETURN c } + COLLECT { MATCH (me)-[:AUTHORED]->(c) RETURN c } AS mine
UNWIND $seeds AS s
MATCH (seed:Content {id: s.content})
// The first model that knows the seed, or all of them by weight.
WITH mine, seed, s.weight AS weight, s.index AS index, CASE WHEN $fallback
  THEN [m IN $models WHERE EXISTS { (seed)-[any:SIMILAR_TO]->() WHERE any.model = m.model }][..1] ELSE $models END AS known
UNWIND known AS m
MATCH (seed)-[s:SIMILAR_TO]->(c)
WHERE s.model = m.model
WITH c, c IN mine AS known, collect(index) AS seeds, collect(weight * m.weight * s.score) AS parts
// One row: a row each would cost a page more than the answer itself.
RETURN collect(c.id) AS contents, collect(known) AS known, collect(seeds) AS seeds, collect(parts) AS parts
