// How many interests of a person in a tag are there in all?
// Indexes: none
// :params {}
MATCH ()-[interest:INTERESTED_IN]->()
RETURN count(interest) AS everOfAll
