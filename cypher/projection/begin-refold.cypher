// Ends the clearing of a rebuild; folding may begin, unless the log is empty and the rebuild is over.
// Indexes: projection_name
// :params {}
MATCH (p:Projection {name: 'main'})
SET p.rebuilding = CASE WHEN p.rebuildTo = 0 THEN null ELSE 'folding' END,
    p.rebuildTo = CASE WHEN p.rebuildTo = 0 THEN null ELSE p.rebuildTo END
