// Puts these neighbours of each of some contents in the place of those that the model had there.
// Indexes: content_id
// :params {model: "cosine", now: 1767225600000.0, from: ["post:p1"], to: [["post:p2"]], scores: [[0.5]]}
UNWIND range(0, size($from) - 1) AS i
MATCH (a:Content {id: $from[i]})
CALL (a) {
  MATCH (a)-[s:SIMILAR_TO]->()
  WHERE s.model = $model
  DELETE s
}
WITH a, $to[i] AS to, $scores[i] AS scores
UNWIND range(0, size(to) - 1) AS k
MATCH (b:Content {id: to[k]})
CREATE (a)-[:SIMILAR_TO {model: $model, score: scores[k], computedAt: $now}]->(b)
