// How similar are these pieces of content to each of these seeds, and to what those in touch with a person engaged with?
// Indexes: user_id, content_id
// :params {references: ["post:p2"], seeds: [{content: "post:p1", weight: 1.0, index: 0}], friends: [{person: "8", weight: 0.2}], perFriend: 20, maxEngaged: 1000, models: [{model: "cosine", weight: 1.0}], fallback: true}
CALL () {
  UNWIND $seeds AS s
  MATCH (seed:Content {id: s.content})
  RETURN seed, s.weight AS weight, s.index AS index
  UNION ALL
  UNWIND $friends AS f
  MATCH (friend:User {id: f.person})
  WHERE COUNT { (friend)-[:ENGAGED]->() } <= $maxEngaged
  CALL (friend) {
    MATCH (friend)-[e:ENGAGED]->(seed:Content)
    WHERE e.weight >= 1e-9
    RETURN seed ORDER BY e.lastAt DESC, seed.id LIMIT toInteger($perFriend)
  }
  RETURN seed, sum(f.weight) AS weight, -1 AS index
}
// The first model that knows the seed, or all of them by weight.
WITH seed, weight, index, CASE WHEN $fallback
  THEN [m IN $models WHERE EXISTS { (seed)-[s:SIMILAR_TO]->(:Content) WHERE s.model = m.model }][..1] ELSE $models END AS known
UNWIND known AS m
MATCH (seed)-[s:SIMILAR_TO]->(c:Content)
WHERE s.model = m.model AND c.id IN $references
WITH c.id AS content, index, sum(weight * m.weight * s.score) AS part
RETURN content, collect([index, part]) AS parts
