// Deletes some of everything but the record of the schema, for a fresh start between two measurements.
// Indexes: none
// :params {limit: 10000}
MATCH (n:User|Content|Tag|Community|Projection)
WITH n LIMIT toInteger($limit)
DETACH DELETE n
RETURN count(*) AS deleted
