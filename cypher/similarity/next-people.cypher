// Which people come next in the order of their ids?
// Indexes: user_id
// :params {after: "", limit: 200}
MATCH (a:User)
WHERE a.id > $after
RETURN a.id AS id
ORDER BY id
LIMIT toInteger($limit)
