// Which of these are people that the graph knows?
// Indexes: user_id
// :params {ids: ["7", "8"]}
UNWIND $ids AS id
MATCH (a:User {id: id})
RETURN a.id AS id
ORDER BY id
