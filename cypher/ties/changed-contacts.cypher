// Of which of these people did the number of contact edges change since it was noted, so that they weigh otherwise as common acquaintances, and what is it now?
// Indexes: user_id
// :params {people: ["7"], maxContacts: 400}
UNWIND $people AS id
MATCH (u:User {id: id})
WITH u, COUNT { (u)-[:INTERACTED]-() } AS contacts, coalesce(u.contacts, 0) AS noted
WHERE contacts <> noted AND (contacts <= $maxContacts OR noted <= $maxContacts)
RETURN u.id AS person, contacts, noted
