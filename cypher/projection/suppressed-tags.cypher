// Sets or ends what keeps tags out of people's feeds, one edge per reason.
// Indexes: user_id, tag_name
// :params {rows: [{from: "7", to: "cats", reason: "mute", on: true, at: 1767225600000.0}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:Tag {name: row.to})
MERGE (from)-[e:SUPPRESSED {reason: row.reason}]->(to)
SET e.at = row.at
WITH e, row
WHERE NOT row.on
DELETE e
