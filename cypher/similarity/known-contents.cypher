// Which of these are contents that the graph knows?
// Indexes: content_id
// :params {ids: ["post:p1", "post:p2"]}
UNWIND $ids AS id
MATCH (a:Content {id: id})
RETURN a.id AS id
ORDER BY id
