// Sets ties, unless a later moment's is there already.
// Indexes: user_id
// :params {rows: [{from: "7", to: "8", tie: {fading: 0.8, asOf: 1767225600000.0, standing: 0.4, direct: true, outgoing: 0.5, incoming: 0.2, mutualContacts: 0.0, coEngagement: 0.0, mutualConnections: 0.0}}]}
UNWIND $rows AS row
MATCH (from:User {id: row.from})
MATCH (to:User {id: row.to})
MERGE (from)-[t:TIE]->(to)
WITH t, row WHERE t.asOf IS NULL OR t.asOf <= row.tie.asOf
SET t = row.tie
