// Forgets a person who is another one now, with everything that still hangs on them.
// Indexes: user_id
// :params {from: "7"}
MATCH (one:User {id: $from})
DETACH DELETE one
