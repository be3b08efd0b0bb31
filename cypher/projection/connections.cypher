// Sets what stands between two people; an edge goes when nothing stands on it any more.
// Indexes: user_id
// :params {rows: [{from: "7", to: "8", patch: {status: "accepted", since: 1767225600000.0}}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:User {id: row.to})
MERGE (from)-[e:CONNECTED]->(to)
SET e += row.patch
WITH e
WHERE e.status IS NULL AND e.follows IS NULL AND e.circle IS NULL
DELETE e
