// Which folded edges go out from the next people, in the order of their ids?
// Indexes: user_id
// :params {from: "", except: "", limit: 200}
MATCH (u:User)
WHERE u.id >= $from AND u.id <> $except
WITH u
ORDER BY u.id
LIMIT toInteger($limit)
OPTIONAL MATCH (u)-[e:ENGAGED|INTERACTED|INTERESTED_IN|CONNECTED|SUPPRESSED|MEMBER_OF]->(to)
WITH u.id AS id, collect(CASE WHEN e IS NULL THEN null ELSE {
  edge: type(e),
  label: [label IN labels(to) WHERE label IN ['User', 'Content', 'Tag', 'Community']][0],
  to: coalesce(to.id, to.name),
  properties: properties(e)
} END) AS edges
RETURN id, edges
ORDER BY id
