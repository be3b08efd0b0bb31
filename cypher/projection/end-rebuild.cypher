// Ends the rebuild of the locked projection.
// Indexes: projection_name
// :params {}
MATCH (p:Projection {name: 'main'})
REMOVE p.rebuilding, p.rebuildTo
