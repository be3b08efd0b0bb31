import type { PersonScore, ScorePart } from '../../signals/engagement/scores.ts';
import { peopleAskedFor } from '../access.ts';
import { DEFAULT_SCORES, MAX_SCORES, readScores } from '../rest/engagement.ts';
import type { Area } from './area.ts';
import { firstArgument, idArgument } from './arguments.ts';

/** How engaged people are. */
export const engagementArea: Area = {
  typeDefinitions: /* GraphQL */ `
type EngagementPart {
  activityType: String!
  "Engagement, halved every 6.93 days."
  score: Float!
  "How many activities of this kind count, less those taken back."
  activities: Int!
}
enum EngagementDirection { RISING STEADY FALLING }
type EngagementTrend {
  "Engagement of the last 7 days (UTC), nothing of it faded."
  recent: Float!
  "That of the 7 days before."
  before: Float!
  "Steady: within a tenth."
  direction: EngagementDirection!
}
type EngagementScore {
  userId: ID!
  "The sum of the parts, added in their order."
  score: Float!
  "How many activities of the last 90 days count, less those taken back."
  activities: Int!
  "What each kind of activity adds, greatest first."
  parts: [EngagementPart!]!
  trend: EngagementTrend!
}
type EngagementScores {
  "The log is in the scores up to here."
  position: Position!
  "Highest score first; who has none is not in it."
  items: [EngagementScore!]!
  next: String
}

extend type Query {
  "How engaged people are. Without userId: the token's subject; for service, analyst and admin everybody."
  engagementScores(userId: ID, first: Int = ${DEFAULT_SCORES}, after: String): EngagementScores!
}
`,
  resolvers: (ports) => ({
    Query: {
      engagementScores: async (_source, args, { caller }) =>
        readScores(
          {
            person: await peopleAskedFor(caller, idArgument(args['userId']), ports),
            limit: firstArgument(args['first'], { most: MAX_SCORES, fallback: DEFAULT_SCORES }),
            cursor: typeof args['after'] === 'string' ? args['after'] : undefined,
          },
          ports,
        ),
    },
    types: {
      EngagementScore: { userId: ({ person }: PersonScore) => person },
      EngagementPart: { activityType: ({ kind }: ScorePart) => kind },
      EngagementTrend: { direction: ({ direction }: PersonScore['trend']) => direction.toUpperCase() },
    },
  }),
};
