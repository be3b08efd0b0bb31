// Names the settings that a graph is folded with from here on, since nothing was folded before.
// Indexes: projection_name
// :params {fingerprint: "9c1185a5c5e9fc54612808977ee8f548"}
MATCH (p:Projection {name: 'main'})
SET p.fingerprint = $fingerprint
