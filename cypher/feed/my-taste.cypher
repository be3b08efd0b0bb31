// What did a person engage with last, in which types of content, who is most alike, which communities are they members of, and is the graph whole?
// Indexes: user_id, projection_name
// :params {userId: "7", now: 1767225600000, halfLifeMs: 598943000, since: 0, mostPast: 50, model: "cosine_people", mostAlike: 25, mostCommunities: 30}
OPTIONAL MATCH (me:User {id: $userId})
RETURN COLLECT {
  MATCH (me)-[e:ENGAGED]->(c)
  // Not a bare property: the reader is known, and the index by time would be read from the beginning.
  WHERE coalesce(e.lastAt, 0) > $since
  // Taste outlives attention: what was liked a year ago has faded, and still says what somebody likes.
  WITH c.id AS content, e.lastAt AS at, e.weight * 2 ^ ((e.asOf - e.lastAt) / $halfLifeMs) AS weight
  // What was taken back leaves an edge whose weight is the rounding of its sum.
  WHERE weight >= 1e-9
  RETURN [content, at, weight] ORDER BY at DESC, content LIMIT toInteger($mostPast)
} AS past, COLLECT {
  MATCH (me)-[e:ENGAGED]->(c)
  WHERE coalesce(e.lastAt, 0) > $since
  WITH c.type AS type, sum(e.weight * 2 ^ (-($now - e.asOf) / $halfLifeMs)) AS weight
  WHERE weight > 1e-6
  RETURN [type, weight] ORDER BY type
} AS types, COLLECT {
  MATCH (me)-[s:SIMILAR_TO]->(person:User)
  WHERE s.model = $model AND s.score > 0
  RETURN [person.id, s.score] ORDER BY s.score DESC, person.id LIMIT toInteger($mostAlike)
} AS alike, COLLECT {
  MATCH (me)-[m:MEMBER_OF]->(g:Community)
  RETURN g.id ORDER BY coalesce(m.since, 0) DESC, g.id LIMIT toInteger($mostCommunities)
} AS communities, EXISTS {
  MATCH (p:Projection {name: 'main'})
  WHERE p.rebuilding IS NOT NULL
} AS rebuilding
