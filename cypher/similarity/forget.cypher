// Deletes some neighbours of a model that were computed before a time.
// Indexes: similar_to_model
// :params {model: "cosine", before: 1767225600000.0, limit: 1000}
MATCH ()-[s:SIMILAR_TO]->()
WHERE s.model = $model AND s.computedAt < $before
WITH s LIMIT toInteger($limit)
DELETE s
RETURN count(*) AS deleted
