// Sets what is known of communities; the title is display text from the catalogue.
// Indexes: community_id
// :params {rows: [{id: "chess", title: "Chess club", createdAt: 1767225600000.0, visibility: "public", deletedAt: null}]}
UNWIND $rows AS row
MATCH (c:Community {id: row.id})
SET c.title = row.title, c.createdAt = row.createdAt, c.visibility = row.visibility, c.deletedAt = row.deletedAt
