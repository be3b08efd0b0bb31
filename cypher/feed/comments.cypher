// How much do others than their authors engage with these comments and pictures now?
// Indexes: content_id
// :params {references: ["comment:k1", "image:i1"], now: 1767225600000, halfLifeMs: 598943000}
UNWIND $references AS reference
MATCH (c:Content {id: reference})
OPTIONAL MATCH (author:User)-[:AUTHORED]->(c)
OPTIONAL MATCH (author)-[own:ENGAGED]->(c)
RETURN c.id AS content,
  coalesce(c.storedEngagement * 2 ^ (-($now - c.engagementAsOf) / $halfLifeMs), 0.0)
    - coalesce(own.weight * 2 ^ (-($now - own.asOf) / $halfLifeMs), 0.0) AS engagement
ORDER BY content
