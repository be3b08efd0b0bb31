import { AppError } from '../../core/errors.ts';
import type { ItemExplanation, RankedExplanation } from '../../feed/explain/answer.ts';
import { personAskedFor } from '../access.ts';
import { MAX_FEED_PAGE } from '../rest/feed.ts';
import type { Area } from './area.ts';
import { firstArgument, idArgument } from './arguments.ts';
import { DEFAULT_FEED_PAGE } from './feed.ts';

/** Why something is where it is in a person's feed, or why it is not there. */
export const feedExplanation: Area = {
  typeDefinitions: /* GraphQL */ `
enum ExplanationStatus {
  "On the first page."
  SHOWN
  "On a later page."
  FURTHER_DOWN
  "Found, but a rule keeps it out."
  RULED_OUT
  "No source proposed it, or there is nothing that the person may see."
  NOT_FOUND
}

"Why something is where it is in a person's feed, or why it is not there."
type ItemExplanation {
  "As type:id."
  content: ID!
  title: String
  status: ExplanationStatus!
  "In one sentence."
  summary: String!
  algorithm: String!
  "When the feed that is explained was ranked, ISO 8601."
  rankedAt: String!
  "Position of the log that the graph had."
  position: Position!
  "How many items that feed has."
  ranked: Int!
  "What the person set that acted on this feed."
  settings: [ActingSetting!]!
  "For what is in the feed."
  item: RankedExplanation
  "For what a rule keeps out."
  ruledOut: RuledOut
  "For what no source proposed: each source that was asked."
  notFound: [NotFoundBy!]!
  "For what no source proposed: where it would stand had one."
  wouldRank: WouldRank
}

type ActingSetting {
  "A slider, network, or off: and a heuristic."
  name: String!
  "Of a slider its factor, of the network dial its place; null for what is off."
  value: Float
  says: String!
}

type RankedExplanation {
  rank: Int!
  "The sum of parts, added in their order."
  score: Float!
  parts: [Part!]!
  "The signals that the parts were made of."
  features: [Part!]!
  "Rules of the slate that moved this item."
  movedBy: [String!]!
  sources: [String!]!
  "Why, in words."
  reasons: [String!]!
  proof: SocialProof!
  "With which probability it came to its place; below 1 where exploration draws."
  propensity: Float!
  "Edges of the graph between the person and the item."
  path: [PathEdge!]!
  "The person's own activities that counted most for how similar it is to what they like."
  because: [Because!]!
  "Null when nothing that the person did made it similar to what they like."
  counterfactual: Counterfactual
}

type PathEdge {
  "A type of edge, as the graph has it."
  edge: String!
  "What it goes through: content, or user:, tag: or community: and an id."
  through: ID!
  name: String!
  says: String!
  "What the edge is worth where that is known."
  value: Float
}

type Because {
  "What the person turned to, as type:id."
  content: ID!
  title: String
  "What they did with it, newest first."
  activities: [OwnAct!]!
  "What that adds to how similar the item is to what they like; below 0 it speaks against it."
  similarity: Float!
}

type OwnAct { activityType: String! "ISO 8601." at: String! }

"The stored candidates scored again without one thing that the person did."
type Counterfactual {
  "What the person turned to, as type:id."
  content: ID!
  title: String
  activityType: String!
  rank: Int!
  score: Float!
  "How many stored candidates were scored again."
  candidates: Int!
  says: String!
}

type RuledOut {
  rule: String!
  says: String!
  "What brings it back; null when nothing does."
  remedy: String
  "The activity that takes the person's own word back: an ActivityInput in the names of REST."
  undo: JSON
  "False: it held when the feed was ranked and does not any more."
  still: Boolean!
}

type NotFoundBy { source: String! says: String! }
type WouldRank { rank: Int! score: Float! }

extend type Query {
  "Why content (type:id) is where it is in a person's feed, or why it is not there; of the feed that was shown last, or of that of a cursor. first: how many items the first page had. userId: somebody else only for service, analyst and admin."
  feedItemExplanation(content: ID!, userId: ID, algorithm: String, cursor: String, first: Int = ${DEFAULT_FEED_PAGE}): ItemExplanation!
}
`,
  resolvers: (ports) => ({
    Query: {
      async feedItemExplanation(_source, args, { caller }) {
        const { content, algorithm, cursor } = args as { content: string; algorithm?: string; cursor?: string };
        if (cursor != null && cursor.length > 2_000) {
          throw new AppError('CURSOR_MALFORMED', 'This cursor is not one that was given out for this feed');
        }
        return ports.explainItem({
          viewer: await personAskedFor(caller, idArgument(args['userId']), ports),
          content,
          limit: firstArgument(args['first'], { most: MAX_FEED_PAGE, fallback: DEFAULT_FEED_PAGE }),
          ...(algorithm == null ? {} : { algorithm }),
          ...(cursor == null ? {} : { cursor }),
        });
      },
    },
    types: {
      ItemExplanation: {
        rankedAt: (it: ItemExplanation) => it.ranked_at,
        ruledOut: (it: ItemExplanation) => it.ruled_out,
        notFound: (it: ItemExplanation) => it.not_found,
        wouldRank: (it: ItemExplanation) => it.would_rank,
      },
      RankedExplanation: {
        movedBy: (item: RankedExplanation) => item.moved_by,
        parts: (item: RankedExplanation) => named(item.parts),
        features: (item: RankedExplanation) => named(item.features),
      },
      OwnAct: { activityType: (act: { activity_type: string }) => act.activity_type },
      Counterfactual: {
        content: (it: { without: { content: string } }) => it.without.content,
        title: (it: { without: { title: string | null } }) => it.without.title,
        activityType: (it: { without: { activity_type: string } }) => it.without.activity_type,
      },
    },
  }),
};

function named(values: Readonly<Record<string, number>>): { readonly name: string; readonly value: number }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
