// Makes the content that a batch names, with a label by its type and the time of its first signal.
// Indexes: content_id
// :params {rows: [{id: "post:p1", type: "post", labels: ["Post"], firstAt: 1767225600000.0}]}
UNWIND $rows AS row
MERGE (c:Content {id: row.id})
ON CREATE SET c:$(row.labels), c.type = row.type, c.firstAt = row.firstAt
ON MATCH SET c.firstAt = CASE WHEN row.firstAt IS NULL OR c.firstAt <= row.firstAt THEN c.firstAt ELSE row.firstAt END
