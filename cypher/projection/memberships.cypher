// Sets or ends who is a member of which community.
// Indexes: user_id, community_id
// :params {rows: [{from: "7", to: "chess", on: true, since: 1767225600000.0}]}
UNWIND $rows AS row
MATCH (u:User {id: row.from})
MATCH (c:Community {id: row.to})
MERGE (u)-[e:MEMBER_OF]->(c)
SET e.since = row.since
WITH e, row
WHERE NOT row.on
DELETE e
