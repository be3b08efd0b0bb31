// Deletes some of the edges of folded nodes, derived edges and those of foreign hands among them.
// Indexes: none
// :params {limit: 10000}
MATCH (:User|Content|Tag|Community)-[e]->()
WITH e LIMIT toInteger($limit)
DELETE e
RETURN count(*) AS deleted
