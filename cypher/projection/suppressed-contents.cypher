// Sets or ends what keeps content out of people's feeds, one edge per reason.
// Indexes: user_id, content_id
// :params {rows: [{from: "7", to: "post:p1", reason: "mute", on: true, at: 1767225600000.0}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:Content {id: row.to})
MERGE (from)-[e:SUPPRESSED {reason: row.reason}]->(to)
SET e.at = row.at
WITH e, row
WHERE NOT row.on
DELETE e
