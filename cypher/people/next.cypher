// Who are the next people, in the order of their ids?
// Indexes: user_id
// :params {after: "", limit: 20}
MATCH (u:User)
WHERE u.id > $after
RETURN u.id AS id
ORDER BY id LIMIT toInteger($limit)
