// Notes how many contact edges people had when the ties around them were computed.
// Indexes: user_id
// :params {rows: [{person: "7", contacts: 3}]}
UNWIND $rows AS row
MATCH (u:User {id: row.person})
SET u.contacts = row.contacts
