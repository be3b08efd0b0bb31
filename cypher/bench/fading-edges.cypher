// How many fading edges are there?
// Indexes: none
// :params {}
MATCH ()-[e:ENGAGED|INTERACTED|INTERESTED_IN]->()
RETURN count(e) AS edges
