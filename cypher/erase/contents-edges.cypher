// Deletes some of the edges of content that is forgotten, whoever made them.
// Indexes: content_id
// :params {ids: ["post:p1"], limit: 10000}
UNWIND $ids AS id
MATCH (:Content {id: id})-[e]-()
WITH DISTINCT e LIMIT toInteger($limit)
DELETE e
RETURN count(*) AS deleted
