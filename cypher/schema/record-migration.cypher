// Records a migration as applied; the first record of a name stays, and its checksum is returned.
// Indexes: migration_name
// :params {name: "0001-nodes-and-edges.cypher", checksum: "d41d8cd98f00b204"}
MERGE (m:Migration {name: $name})
ON CREATE SET m.checksum = $checksum
RETURN m.checksum AS checksum
