// Adds a batch's signals to everybody's engagement with content, and says how hot it is: an order that time does not change.
// Indexes: content_id
// :params {halfLifeMs: 598890000.0, contents: ["post:p1"], weight: [0.3], asOf: [1767225600000.0]}
UNWIND range(0, size($contents) - 1) AS i
MATCH (c:Content {id: $contents[i]})
WITH c, $weight[i] AS weight, $asOf[i] AS asOf, c.storedEngagement AS known, c.engagementAsOf AS knownAsOf
WITH c,
  CASE
    WHEN known IS NULL THEN weight
    WHEN asOf >= knownAsOf THEN known * 2 ^ (-(asOf - knownAsOf) / $halfLifeMs) + weight
    ELSE known + weight * 2 ^ (-(knownAsOf - asOf) / $halfLifeMs)
  END AS total,
  CASE WHEN knownAsOf > asOf THEN knownAsOf ELSE asOf END AS newest
SET c.storedEngagement = total, c.engagementAsOf = newest,
  // Of two sums that fade alike, the larger one now is the larger one at any time: so it can be indexed.
  c.hotness = CASE WHEN total > 1e-9 THEN log(total) / log(2) + newest / $halfLifeMs END
