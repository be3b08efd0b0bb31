// What goes out from a person in the graph, edge by edge, in the order of their keys?
// Indexes: user_id
// :params {person: "7", after: "", limit: 1000}
MATCH (u:User {id: $person})-[e]->(n)
WITH e, n.id AS id, labels(n)[0] AS label, coalesce(n.id, n.name) AS to
WITH e, id, label, to, type(e) + ' ' + label + ' ' + to + ' ' + coalesce(e.reason, e.model, '') AS name
WHERE name > $after
RETURN name, type(e) AS edge, label, to, properties(e) AS properties
ORDER BY name, id
LIMIT toInteger($limit)
