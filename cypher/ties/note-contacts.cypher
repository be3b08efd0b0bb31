// Notes how many contact edges people had when the ties around them were computed.
// Indexes: user_id
// :params {people: ["7"]}
UNWIND $people AS id
MATCH (u:User {id: id})
WITH u, COUNT { (u)-[:INTERACTED]-() } AS contacts
WHERE contacts <> coalesce(u.contacts, 0)
SET u.contacts = contacts
