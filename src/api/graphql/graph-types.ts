import { weightAt } from '../../activity/decay.ts';
import type { FadingEdge } from '../../activity/kinds.ts';
import type { Clock } from '../../core/clock.ts';

/** Filters may follow edges and compare their properties; filters over aggregates can explode and are left out. */
const EDGE = '@filterable(byValue: true, byAggregate: false)';

/** A relationship field: read only, without aggregates. */
function edge(type: string, direction: 'IN' | 'OUT', properties?: string): string {
  const named = properties === undefined ? '' : `, properties: "${properties}"`;
  return `@relationship(type: "${type}", direction: ${direction}${named}, nestedOperations: [], aggregate: false) ${EDGE}`;
}

/** The properties of an edge that fades. What is stored is a sum as of a moment; the weight of now is computed from both. */
function fading(name: string, more = ''): string {
  return /* GraphQL */ `
type ${name} @relationshipProperties {
  "The weight as it was at asOf."
  storedWeight: Float! @alias(property: "weight")
  "Milliseconds since the epoch."
  asOf: Float!
  "When the newest signal happened, in milliseconds since the epoch."
  lastAt: Float
  "The weight of this moment: storedWeight, faded since asOf."
  weightNow: Float! @customResolver(requires: "storedWeight asOf")
  ${more}
}
`;
}

/** The graph as it is stored, read only; the generated root fields are for analysts and administrators. */
export const GRAPH_TYPE_DEFINITIONS = /* GraphQL */ `
extend schema @query(read: true, aggregate: false) @mutation(operations: []) @subscription(events: [])

${fading('Engaged')}
${fading('Interacted')}
${fading('InterestedIn', '"Whether the person said so themselves."\n  declared: Boolean')}

type Connected @relationshipProperties {
  "requested or accepted"
  status: String
  follows: Boolean
  "inner, outer or universal"
  circle: String
  "Milliseconds since the epoch."
  since: Float
}

type Suppressed @relationshipProperties {
  "hide, report, not_interested, mute or block"
  reason: String!
  "Milliseconds since the epoch."
  at: Float
}

type MemberOf @relationshipProperties {
  "Milliseconds since the epoch."
  since: Float
}

type User @node {
  id: ID!
  engaged: [Content!]! ${edge('ENGAGED', 'OUT', 'Engaged')}
  interacted: [User!]! ${edge('INTERACTED', 'OUT', 'Interacted')}
  interactedBy: [User!]! ${edge('INTERACTED', 'IN', 'Interacted')}
  interests: [Tag!]! ${edge('INTERESTED_IN', 'OUT', 'InterestedIn')}
  connected: [User!]! ${edge('CONNECTED', 'OUT', 'Connected')}
  connectedBy: [User!]! ${edge('CONNECTED', 'IN', 'Connected')}
  authored: [Content!]! ${edge('AUTHORED', 'OUT')}
  communities: [Community!]! ${edge('MEMBER_OF', 'OUT', 'MemberOf')}
  suppressedContents: [Content!]! ${edge('SUPPRESSED', 'OUT', 'Suppressed')}
  suppressedUsers: [User!]! ${edge('SUPPRESSED', 'OUT', 'Suppressed')}
  suppressedTags: [Tag!]! ${edge('SUPPRESSED', 'OUT', 'Suppressed')}
  suppressedCommunities: [Community!]! ${edge('SUPPRESSED', 'OUT', 'Suppressed')}
}

type Content @node {
  "As type:id."
  id: ID!
  type: String
  title: String
  visibility: String
  "Milliseconds since the epoch."
  createdAt: Float
  "When it was first heard of, in milliseconds since the epoch."
  firstAt: Float
  "Milliseconds since the epoch; null while it exists."
  deletedAt: Float
  engagedBy: [User!]! ${edge('ENGAGED', 'IN', 'Engaged')}
  authors: [User!]! ${edge('AUTHORED', 'IN')}
  tags: [Tag!]! ${edge('TAGGED', 'OUT')}
  replyTo: [Content!]! ${edge('REPLY_TO', 'OUT')}
  replies: [Content!]! ${edge('REPLY_TO', 'IN')}
  postedIn: [Community!]! ${edge('POSTED_IN', 'OUT')}
}

type Tag @node {
  name: String!
  contents: [Content!]! ${edge('TAGGED', 'IN')}
  interested: [User!]! ${edge('INTERESTED_IN', 'IN', 'InterestedIn')}
}

type Community @node {
  id: ID!
  members: [User!]! ${edge('MEMBER_OF', 'IN', 'MemberOf')}
  contents: [Content!]! ${edge('POSTED_IN', 'IN')}
}
`;

interface StoredEdge {
  readonly storedWeight: number;
  readonly asOf: number;
}

/** Computes `weightNow`, as every query of the service does that reads a weight. */
export function graphResolvers(halfLifeMs: Readonly<Record<FadingEdge, number>>, clock: Clock): Record<string, object> {
  const weightNow = (edgeType: FadingEdge) => ({
    weightNow: ({ storedWeight, asOf }: StoredEdge) =>
      weightAt({ weight: storedWeight, asOf }, clock.now(), halfLifeMs[edgeType]),
  });
  return {
    Engaged: weightNow('ENGAGED'),
    Interacted: weightNow('INTERACTED'),
    InterestedIn: weightNow('INTERESTED_IN'),
  };
}
