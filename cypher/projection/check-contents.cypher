// How are the next pieces of content described, in the order of their ids?
// Indexes: content_id
// :params {from: "", except: "", limit: 1000}
MATCH (c:Content)
WHERE c.id >= $from AND c.id <> $except
WITH c
ORDER BY c.id
LIMIT toInteger($limit)
RETURN c.id AS id,
  c.type AS type,
  c.firstAt AS firstAt,
  c.storedEngagement AS storedEngagement,
  c.engagementAsOf AS engagementAsOf,
  c.createdAt AS createdAt,
  c.visibility AS visibility,
  c.deletedAt AS deletedAt,
  [label IN labels(c) WHERE label <> 'Content'] AS labels,
  [(author)-[:AUTHORED]->(c) | author.id] AS authors,
  [(c)-[:TAGGED]->(tag) | tag.name] AS tags,
  [(c)-[:POSTED_IN]->(community) | community.id] AS communities,
  [(c)-[:REPLY_TO]->(parent) | parent.id] AS parents
ORDER BY id
