// Who deals with these people, or is connected with those, so that what is common to two of them changed?
// Indexes: user_id
// :params {contacts: ["7"], connections: ["8"], limit: 500}
CALL () {
  UNWIND $contacts AS id
  MATCH (:User {id: id})-[i:INTERACTED]-(other:User)
  RETURN other, max(i.lastAt) AS lastAt
  UNION
  UNWIND $connections AS id
  MATCH (:User {id: id})-[k:CONNECTED {status: 'accepted'}]->(other:User)
  RETURN other, max(k.since) AS lastAt
}
WITH other, max(lastAt) AS lastAt
RETURN other.id AS person
ORDER BY coalesce(lastAt, 0) DESC, person LIMIT toInteger($limit)
