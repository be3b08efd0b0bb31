// Makes another person the author of what one made, who are the same.
// Indexes: user_id
// :params {from: "7", to: "8"}
MATCH (one:User {id: $from})
MATCH (other:User {id: $to})
WITH DISTINCT one, other
MATCH (one)-[:AUTHORED]->(content:Content)
MERGE (other)-[:AUTHORED]->(content)
