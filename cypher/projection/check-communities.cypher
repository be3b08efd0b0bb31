// How are the next communities described, in the order of their ids?
// Indexes: community_id
// :params {from: "", except: "", limit: 1000}
MATCH (c:Community)
WHERE c.id >= $from AND c.id <> $except
RETURN c.id AS id, c.createdAt AS createdAt, c.visibility AS visibility, c.deletedAt AS deletedAt
ORDER BY id
LIMIT toInteger($limit)
