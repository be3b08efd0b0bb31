// Takes the lock that every writer of folded edges takes first, and returns where the projection stands.
// Indexes: projection_name
// :params {}
MATCH (p:Projection {name: 'main'})
SET p.revision = p.revision + 1
RETURN p.position AS position, p.fingerprint AS fingerprint, p.rebuilding AS rebuilding, p.rebuildTo AS rebuildTo, p.chain AS chain
