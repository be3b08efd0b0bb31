// Notes which log the locked projection is a fold of: the value of its chain at the position, or null where it is not known.
// Indexes: projection_name
// :params {chain: "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"}
MATCH (p:Projection {name: 'main'})
SET p.chain = $chain
