// Of which communities is a person a member, the newest membership first?
// Indexes: user_id
// :params {userId: "7", limit: 50}
MATCH (:User {id: $userId})-[m:MEMBER_OF]->(g:Community)
RETURN g.id AS community
ORDER BY coalesce(m.since, 0) DESC, community LIMIT toInteger($limit)
