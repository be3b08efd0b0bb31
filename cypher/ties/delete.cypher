// Deletes ties that no longer hold.
// Indexes: user_id
// :params {rows: [{from: "7", to: "8"}]}
UNWIND $rows AS row
MATCH (:User {id: row.from})-[t:TIE]->(:User {id: row.to})
DELETE t
