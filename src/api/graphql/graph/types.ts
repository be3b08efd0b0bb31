/** The nodes of the graph. What a root field of our own answers reaches none of them; `guardRootFields` sees to it. */
export const GRAPH_NODES: readonly string[] = ['User', 'Content', 'Tag', 'Community'];

/** The root fields of the nodes, and the property that each node is known by. */
export const ROOT_LISTS = [
  { list: 'users', connection: 'usersConnection', key: 'id' },
  { list: 'contents', connection: 'contentsConnection', key: 'id' },
  { list: 'tags', connection: 'tagsConnection', key: 'name' },
  { list: 'communities', connection: 'communitiesConnection', key: 'id' },
] as const;

/**
 * Who is connected with what can be asked of a node that was found, and not the other way round: a filter that follows
 * edges, or counts them, looks at all nodes and all their edges.
 */
const NO_FILTER = '@filterable(byValue: false)';
/** What has no index neither finds nodes nor orders them. */
const PLAIN = `${NO_FILTER} @sortable(byValue: false)`;
const FROM = {
  weight: 'storedWeight asOf',
  tie: 'storedFading asOf standing',
  engagement: 'storedEngagement engagementAsOf',
} as const;
const COMPUTED = (from: string): string => `@customResolver(requires: "${from}")`;
const MOMENT = 'milliseconds since the epoch';

/** The fields that computed ones are made of. */
export const FETCHED_FOR_COMPUTED: ReadonlySet<string> = new Set(
  Object.values(FROM).flatMap((names) => names.split(' ')),
);

/** A relationship field: read only, without aggregates. */
function edge(type: string, direction: 'IN' | 'OUT', properties?: string): string {
  const named = properties === undefined ? '' : `, properties: "${properties}"`;
  return `@relationship(type: "${type}", direction: ${direction}${named}, nestedOperations: [], aggregate: false) ${NO_FILTER}`;
}

/** The properties of an edge that fades. What is stored is a sum as of a moment; the weight of now is computed from both. */
function fading(name: string, more = ''): string {
  return /* GraphQL */ `
type ${name} @relationshipProperties {
  "The weight as it was at asOf. Orders edges as weightNow does once the nightly job has brought all of them to one asOf."
  storedWeight: Float! @alias(property: "weight")
  "When storedWeight was the weight, in ${MOMENT}."
  asOf: Float!
  "When the newest signal happened, in ${MOMENT}."
  lastAt: Float
  "The weight of this moment: storedWeight, faded since asOf."
  weightNow: Float! ${COMPUTED(FROM.weight)}
  ${more}
}
`;
}

const EDGES = /* GraphQL */ `
${fading('Engaged')}
${fading('Interacted')}
${fading('InterestedIn', '"Whether the person said so themselves."\n  declared: Boolean')}

type Connected @relationshipProperties {
  "requested or accepted; null where the one only follows the other, or put them into a circle."
  status: String
  "Whether the one follows the other."
  follows: Boolean
  "inner, outer or universal: the circle that the one put the other into."
  circle: String
  "Since when the status holds, in ${MOMENT}."
  since: Float
}

type Suppressed @relationshipProperties {
  "hide, report, not_interested, mute or block; one edge for each."
  reason: String!
  "Since when, in ${MOMENT}."
  at: Float
}

type MemberOf @relationshipProperties {
  "Since when, in ${MOMENT}."
  since: Float
}

type Tie @relationshipProperties {
  "Sum of what fades, as it was at asOf."
  storedFading: Float! @alias(property: "fading")
  "When storedFading and the parts of it were computed, in ${MOMENT}."
  asOf: Float!
  "Sum of what does not fade: the strongest relation that holds, and connections in common."
  standing: Float!
  "Connection strength of this moment, in [0, 1): 1 − e^(−x), where x is storedFading, faded since asOf, and standing."
  strengthNow: Float! ${COMPUTED(FROM.tie)}
  "Whether they deal with each other or are connected; else they only have things or people in common."
  direct: Boolean
  "Part, before its share: what the one did with the other."
  outgoing: Float
  "Part, before its share: what the other did with the one."
  incoming: Float
  "Part, before its share: people whom both deal with."
  mutualContacts: Float
  "Part, before its share: what both engage with."
  coEngagement: Float
  "Part, before its share: people with whom both are connected."
  mutualConnections: Float
}

type SimilarTo @relationshipProperties {
  "The model that says so; each has its own neighbours."
  model: String!
  "How similar; may be negative. Scores of two models do not compare."
  score: Float!
  "When it was computed or brought, in ${MOMENT}."
  computedAt: Float
}
`;

const NODES = /* GraphQL */ `
"A person of the graph."
type User @node {
  "The key."
  id: ID!
  "INTERACTED edges at both ends when the ties around this person were computed last."
  contacts: Float ${PLAIN}
  "Content that this person engaged with."
  engaged: [Content!]! ${edge('ENGAGED', 'OUT', 'Engaged')}
  "People with whom this person did something: visits, messages, comments on what they made."
  interacted: [User!]! ${edge('INTERACTED', 'OUT', 'Interacted')}
  "People who did something with this person."
  interactedBy: [User!]! ${edge('INTERACTED', 'IN', 'Interacted')}
  "Tags that this person is interested in."
  interests: [Tag!]! ${edge('INTERESTED_IN', 'OUT', 'InterestedIn')}
  "People with whom this person is connected or whom they follow, as this person has it."
  connected: [User!]! ${edge('CONNECTED', 'OUT', 'Connected')}
  "People who have this person among their connected."
  connectedBy: [User!]! ${edge('CONNECTED', 'IN', 'Connected')}
  "Content that this person made."
  authored: [Content!]! ${edge('AUTHORED', 'OUT')}
  "Communities to which this person belongs."
  communities: [Community!]! ${edge('MEMBER_OF', 'OUT', 'MemberOf')}
  "People to whom this person is tied."
  ties: [User!]! ${edge('TIE', 'OUT', 'Tie')}
  "People who are tied to this person; a tie back has a strength of its own."
  tiedBy: [User!]! ${edge('TIE', 'IN', 'Tie')}
  "People who are alike, by the models of similarity."
  similar: [User!]! ${edge('SIMILAR_TO', 'OUT', 'SimilarTo')}
  "Content that this person does not want to see."
  suppressedContents: [Content!]! ${edge('SUPPRESSED', 'OUT', 'Suppressed')}
  "People whom this person does not want to see."
  suppressedUsers: [User!]! ${edge('SUPPRESSED', 'OUT', 'Suppressed')}
  "Tags that this person does not want to see."
  suppressedTags: [Tag!]! ${edge('SUPPRESSED', 'OUT', 'Suppressed')}
  "Communities that this person does not want to see."
  suppressedCommunities: [Community!]! ${edge('SUPPRESSED', 'OUT', 'Suppressed')}
  "People who do not want to see this person."
  suppressedBy: [User!]! ${edge('SUPPRESSED', 'IN', 'Suppressed')}
}

"Anything that can be engaged with; has a second label by its type."
type Content @node {
  "The key, as type:id."
  id: ID!
  "post, story, question …"
  type: String @sortable(byValue: false)
  "The title; kept in the graph for public content only."
  title: String ${PLAIN}
  "public, connections, community or private; null while nobody described it."
  visibility: String ${PLAIN}
  "When it was made, in ${MOMENT}; null while nobody described it. Sorting by it leaves out what has none."
  createdAt: Float
  "When it was first heard of, in ${MOMENT}."
  firstAt: Float ${PLAIN}
  "When it was deleted, in ${MOMENT}; null while it exists."
  deletedAt: Float ${PLAIN}
  "Sum of all weights of ENGAGED into it, as it was at engagementAsOf; null while there is none."
  storedEngagement: Float ${PLAIN}
  "When storedEngagement was the sum, in ${MOMENT}."
  engagementAsOf: Float ${PLAIN}
  "The sum of this moment: storedEngagement, faded since engagementAsOf."
  engagementNow: Float ${COMPUTED(FROM.engagement)}
  "Orders content as engagementNow does, at any moment. Sorting by it leaves out what nobody engaged with."
  hotness: Float
  "People who engaged with it."
  engagedBy: [User!]! ${edge('ENGAGED', 'IN', 'Engaged')}
  "Who made it; one person, or nobody known."
  authors: [User!]! ${edge('AUTHORED', 'IN')}
  "What it is about."
  tags: [Tag!]! ${edge('TAGGED', 'OUT')}
  "What it answers; one piece of content, or none."
  replyTo: [Content!]! ${edge('REPLY_TO', 'OUT')}
  "What answers it."
  replies: [Content!]! ${edge('REPLY_TO', 'IN')}
  "Where it was posted; one community, or none."
  postedIn: [Community!]! ${edge('POSTED_IN', 'OUT')}
  "Content that is similar, by the models of similarity."
  similar: [Content!]! ${edge('SIMILAR_TO', 'OUT', 'SimilarTo')}
  "People who do not want to see it."
  suppressedBy: [User!]! ${edge('SUPPRESSED', 'IN', 'Suppressed')}
}

"A hashtag, topic or interest, normalised."
type Tag @node {
  "The key."
  name: String!
  "Content that has it."
  contents: [Content!]! ${edge('TAGGED', 'IN')}
  "People who are interested in it."
  interested: [User!]! ${edge('INTERESTED_IN', 'IN', 'InterestedIn')}
  "People who do not want to see it."
  suppressedBy: [User!]! ${edge('SUPPRESSED', 'IN', 'Suppressed')}
}

"A community, group or forum."
type Community @node {
  "The key."
  id: ID!
  "The title; kept in the graph for public communities only."
  title: String ${PLAIN}
  "public, connections, community or private; null while nobody described it."
  visibility: String ${PLAIN}
  "When it was made, in ${MOMENT}; null while nobody described it."
  createdAt: Float ${PLAIN}
  "When it was deleted, in ${MOMENT}; null while it exists."
  deletedAt: Float ${PLAIN}
  "Who belongs to it."
  members: [User!]! ${edge('MEMBER_OF', 'IN', 'MemberOf')}
  "What was posted in it."
  contents: [Content!]! ${edge('POSTED_IN', 'IN')}
  "People who do not want to see it."
  suppressedBy: [User!]! ${edge('SUPPRESSED', 'IN', 'Suppressed')}
}
`;

/** The graph as it is stored, read only; the generated root fields are for analysts and administrators. */
export const GRAPH_TYPE_DEFINITIONS = `
extend schema @query(read: true, aggregate: false) @mutation(operations: []) @subscription(events: [])
${EDGES}
${NODES}
`;
