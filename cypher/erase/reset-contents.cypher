// Takes from content what everybody's signals made of it, to be written anew as the log has it.
// Indexes: content_id
// :params {ids: ["post:p1"]}
UNWIND $ids AS id
MATCH (c:Content {id: id})
SET c.firstAt = null, c.storedEngagement = null, c.engagementAsOf = null, c.hotness = null
