// Deletes ties that no longer hold, unless a later moment's are there already.
// Indexes: user_id
// :params {rows: [{from: "7", to: "8"}], now: 1767225600000.0}
UNWIND $rows AS row
MATCH (:User {id: row.from})-[t:TIE]->(:User {id: row.to})
WHERE t.asOf <= $now
DELETE t
