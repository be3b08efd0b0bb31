// Which contents come next in the order of their ids?
// Indexes: content_id
// :params {after: "", limit: 200}
MATCH (a:Content)
WHERE a.id > $after
RETURN a.id AS id
ORDER BY id
LIMIT toInteger($limit)
