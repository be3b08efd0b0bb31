// Where does the projection stand?
// Indexes: projection_name
// :params {}
MATCH (p:Projection {name: 'main'})
RETURN p.position AS position, p.fingerprint AS fingerprint, p.rebuilding AS rebuilding, p.rebuildTo AS rebuildTo, p.chain AS chain
