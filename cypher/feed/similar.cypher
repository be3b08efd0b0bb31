// What is how similar to these seeds, seed by seed, and what does a person know already?
// Indexes: user_id, content_id
// :params {userId: "7", seeds: ["post:p1"], weights: [1.0], indexes: [0], models: [{model: "cosine", weight: 1.0}], fallback: true, fewKnown: 1000}
UNWIND range(0, size($seeds) - 1) AS place
MATCH (seed:Content {id: $seeds[place]})
// The first model that knows the seed, or all of them by weight.
WITH seed, $weights[place] AS weight, $indexes[place] AS index, CASE WHEN $fallback
  THEN [m IN $models WHERE EXISTS { (seed)-[any:SIMILAR_TO]->() WHERE any.model = m.model }][..1] ELSE $models END AS known
UNWIND known AS m
MATCH (seed)-[s:SIMILAR_TO]->(c)
WHERE s.model = m.model
WITH c, collect(index) AS seeds, collect(weight * m.weight * s.score) AS parts
// One row: a row each would cost a page more than the answer itself.
WITH collect(c) AS found, collect(c.id) AS contents, collect(seeds) AS seeds, collect(parts) AS parts
OPTIONAL MATCH (me:User {id: $userId})
WITH found, contents, seeds, parts, me, COUNT { (me)-[:ENGAGED|AUTHORED]->() } <= $fewKnown AS few
RETURN contents, seeds, parts, COLLECT {
  // What was taken back leaves an edge whose weight is the rounding of its sum.
  MATCH (me)-[o:ENGAGED|AUTHORED]->(c)
  WHERE few AND abs(coalesce(o.weight, 1.0)) >= 1e-9
  RETURN c.id
  UNION
  // Of somebody who knows very much, only what was found is looked at.
  UNWIND CASE WHEN few THEN [] ELSE found END AS c
  MATCH (me)-[o:ENGAGED|AUTHORED]->(c)
  WHERE abs(coalesce(o.weight, 1.0)) >= 1e-9
  RETURN c.id
} AS known
