// How similar are these pieces of content to each of these seeds, where several seeds may be told of as one?
// Indexes: content_id
// :params {references: ["post:p2"], seeds: [{content: "post:p1", weight: 1.0, index: 0}], models: [{model: "cosine", weight: 1.0}], fallback: true}
UNWIND $seeds AS s
MATCH (seed:Content {id: s.content})
WITH seed, sum(s.weight) AS weight, s.index AS index
// The first model that knows the seed, or all of them by weight.
WITH seed, weight, index, CASE WHEN $fallback
  THEN [m IN $models WHERE EXISTS { (seed)-[s:SIMILAR_TO]->(:Content) WHERE s.model = m.model }][..1] ELSE $models END AS known
UNWIND known AS m
MATCH (seed)-[s:SIMILAR_TO]->(c:Content)
WHERE s.model = m.model AND c.id IN $references
WITH c.id AS content, index, sum(weight * m.weight * s.score) AS part
RETURN content, collect([index, part]) AS parts
