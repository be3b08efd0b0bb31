// Deletes some of the edges of people who are forgotten, whoever made them.
// Indexes: user_id
// :params {ids: ["7"], limit: 10000}
UNWIND $ids AS id
MATCH (:User {id: id})-[e]-()
WITH DISTINCT e LIMIT toInteger($limit)
DELETE e
RETURN count(*) AS deleted
