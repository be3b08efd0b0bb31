// Sets what is known of content; the title is display text from the catalogue.
// Indexes: content_id
// :params {rows: [{id: "post:p1", title: "Chess at noon", createdAt: 1767225600000.0, visibility: "public", deletedAt: null}]}
UNWIND $rows AS row
MATCH (c:Content {id: row.id})
SET c.title = row.title, c.createdAt = row.createdAt, c.visibility = row.visibility, c.deletedAt = row.deletedAt
