// Makes the node that holds where the projection stands, unless it is there.
// Indexes: projection_name
// :params {fingerprint: "9c1185a5c5e9fc54612808977ee8f548"}
MERGE (p:Projection {name: 'main'})
ON CREATE SET p.position = 0, p.fingerprint = $fingerprint, p.revision = 0
