// Deletes some neighbours of a model (content, people, or both) that were computed before a time.
// Indexes: similar_to_model
// :params {model: "cosine", kind: "content", before: 1767225600000.0, limit: 1000}
MATCH (from)-[s:SIMILAR_TO]->()
WHERE s.model = $model AND s.computedAt < $before AND CASE $kind WHEN 'people' THEN from:User WHEN 'content' THEN from:Content ELSE true END
WITH s LIMIT toInteger($limit)
DELETE s
RETURN count(*) AS deleted
