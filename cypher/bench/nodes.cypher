// Makes the nodes of a list of edges, as somebody would write it by hand.
// Indexes: user_id, content_id, tag_name, community_id
// :params {users: ["7", "9"], contents: ["post:p1"], tags: ["cats"], communities: ["chess"]}
CALL () { UNWIND $users AS id MERGE (:User {id: id}) }
CALL () { UNWIND $contents AS id MERGE (:Content {id: id}) }
CALL () { UNWIND $tags AS name MERGE (:Tag {name: name}) }
CALL () { UNWIND $communities AS id MERGE (:Community {id: id}) }
