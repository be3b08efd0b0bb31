// Deletes the weakest ties of people who have more of them, or more that are not direct, than are kept; direct ties last.
// Indexes: user_id
// :params {people: ["7"], now: 1767225600000, halfLifeMs: 598890000, keep: 200, keepIndirect: 20}
UNWIND $people AS id
MATCH (me:User {id: id})
WHERE COUNT { (me)-[:TIE]->() } > CASE WHEN $keep < $keepIndirect THEN $keep ELSE $keepIndirect END
CALL (me) {
  MATCH (me)-[t:TIE]->(other)
  WITH t, other
  ORDER BY t.direct DESC, t.fading * 2 ^ (-($now - t.asOf) / $halfLifeMs) + t.standing DESC, other.id
  WITH collect(t) AS ties
  WITH ties, size([t IN ties WHERE t.direct]) + $keepIndirect AS most
  UNWIND ties[toInteger(CASE WHEN most < $keep THEN most ELSE $keep END)..] AS t
  DELETE t
}
