// Puts these neighbours of each of some people in the place of those that the model had there.
// Indexes: user_id
// :params {model: "cosine", now: 1767225600000.0, from: ["7"], to: [["8"]], scores: [[0.5]]}
UNWIND range(0, size($from) - 1) AS i
MATCH (a:User {id: $from[i]})
CALL (a) {
  MATCH (a)-[s:SIMILAR_TO]->()
  WHERE s.model = $model
  DELETE s
}
WITH a, $to[i] AS to, $scores[i] AS scores
UNWIND range(0, size(to) - 1) AS k
MATCH (b:User {id: to[k]})
CREATE (a)-[:SIMILAR_TO {model: $model, score: scores[k], computedAt: $now}]->(b)
