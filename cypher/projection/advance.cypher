// Moves the position of the locked projection.
// Indexes: projection_name
// :params {position: 4711}
MATCH (p:Projection {name: 'main'})
SET p.position = toInteger($position)
