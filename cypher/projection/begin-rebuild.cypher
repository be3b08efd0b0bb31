// Begins a rebuild of the locked projection up to the position where the log ends now.
// Indexes: projection_name
// :params {rebuildTo: 4711, fingerprint: "9c1185a5c5e9fc54612808977ee8f548"}
MATCH (p:Projection {name: 'main'})
SET p.rebuilding = 'clearing', p.rebuildTo = toInteger($rebuildTo), p.position = 0, p.fingerprint = $fingerprint,
    p.chain = null
