// Makes MEMBER_OF edges with one plain statement, as somebody would write it by hand.
// Indexes: user_id, community_id
// :params {rows: [{from: "7", to: "chess", since: 1767225600000.0}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:Community {id: row.to})
MERGE (from)-[e:MEMBER_OF]->(to)
SET e.since = row.since
