// Who is most similar to a person, by a model?
// Indexes: user_id
// :params {userId: "7", model: "cosine_people", limit: 25}
MATCH (:User {id: $userId})-[s:SIMILAR_TO]->(person:User)
WHERE s.model = $model AND s.score > 0
RETURN person.id AS person, s.score AS score
ORDER BY score DESC, person LIMIT toInteger($limit)
