// Deletes the weakest ties of people who have more of them than are kept, direct ties last.
// Indexes: user_id
// :params {people: ["7"], now: 1767225600000, halfLifeMs: 598890000, keep: 200}
UNWIND $people AS id
MATCH (me:User {id: id})
WHERE COUNT { (me)-[:TIE]->() } > $keep
CALL (me) {
  MATCH (me)-[t:TIE]->(other)
  WITH t, other
  ORDER BY t.direct DESC, t.fading * 2 ^ (-($now - t.asOf) / $halfLifeMs) + t.standing DESC, other.id
  SKIP toInteger($keep)
  DELETE t
}
