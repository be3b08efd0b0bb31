import { DEFAULT_TRENDS, MAX_TRENDS } from '../rest/trending.ts';
import type { Area } from './area.ts';
import { firstArgument } from './arguments.ts';

/** What many turn to now. */
export const trendingArea: Area = {
  typeDefinitions: /* GraphQL */ `
type TrendingTag {
  tag: String!
  "Distinct people within a day, or among the newest 50,000 engagements where a day has more."
  people: Int!
  "The same people, each faded by a half-life of four hours."
  observed: Float!
  "How many they would usually be."
  expected: Float!
  "(observed − expected)² / expected."
  burst: Float!
}

extend type Query {
  "The tags that clearly more people than usual turn to now, strongest first, but for those that the caller muted."
  trendingTags(first: Int = ${DEFAULT_TRENDS}): [TrendingTag!]!
}
`,
  resolvers: (ports) => ({
    Query: {
      trendingTags: (_source, args, { caller }) =>
        ports.trendingTags(caller.id, firstArgument(args['first'], { most: MAX_TRENDS, fallback: DEFAULT_TRENDS })),
    },
  }),
};
