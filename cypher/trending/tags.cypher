// With which tags did several people engage lately, how many people ever did, and how is that for all tags together?
// Indexes: engaged_last_at
// :params {now: 1767225600000, since: 1767139200000, halfLifeMs: 14400000, scan: 3000, minimumPeople: 5, limit: 300}
MATCH (person:User)-[e:ENGAGED]->(c:Content)
WHERE e.lastAt > $since AND coalesce(c.visibility, 'public') = 'public' AND c.deletedAt IS NULL
WITH e, c, person ORDER BY e.lastAt DESC, c.id, person.id LIMIT toInteger($scan)
WHERE e.weight >= 1e-9
MATCH (c)-[:TAGGED]->(t:Tag)
// A person counts once for a tag, however much of it they turned to.
WITH t, person, max(e.lastAt) AS lastAt
WITH t, count(person) AS people, sum(2 ^ (-($now - lastAt) / $halfLifeMs)) AS observed
WITH collect({tag: t, people: people, observed: observed}) AS tags, sum(people) AS peopleOfAll, sum(observed) AS observedOfAll
UNWIND tags AS one
WITH one.tag AS t, one.people AS people, one.observed AS observed, peopleOfAll, observedOfAll
WHERE people >= $minimumPeople
WITH t, people, observed, peopleOfAll, observedOfAll ORDER BY observed DESC, t.name LIMIT toInteger($limit)
RETURN t.name AS tag, people, observed, COUNT { (t)<-[:INTERESTED_IN]-() } AS ever, peopleOfAll, observedOfAll
ORDER BY observed DESC, tag
