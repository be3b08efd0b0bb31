// Deletes some of the nodes that are folded from the log, with what foreign hands hung on them.
// Indexes: none
// :params {limit: 10000}
MATCH (n:User|Content|Tag|Community)
WITH n LIMIT toInteger($limit)
DETACH DELETE n
RETURN count(*) AS deleted
