// Which migrations has this graph had, and of which content?
// Indexes: none
// :params {}
MATCH (m:Migration)
RETURN m.name AS name, m.checksum AS checksum
ORDER BY name
