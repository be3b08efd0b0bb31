import type { FeedMetrics, MetricsBy } from '../../experiments/metrics.ts';
import type { ApiPorts } from '../ports.ts';
import { metricsQuery } from '../rest/feed-metrics.ts';
import type { Area } from './area.ts';
import { timeArgument } from './arguments.ts';

/** How the feed algorithms did. */
export const feedMetricsArea: Area = {
  typeDefinitions: /* GraphQL */ `
"What one line of the figures stands for; hours and days are UTC."
enum FeedMetricsBy { DAY HOUR RANK }

"How an algorithm did. Rates are null where there is nothing to divide by."
type FeedMetrics {
  "The algorithm that ranked the feeds."
  algorithm: String!
  "Beginning of the hour or day, ISO 8601; null by rank."
  startsAt: String
  "Null by day and hour: all ranks together."
  rank: Int
  "Pages that were given out."
  pages: Int!
  "Items that were given out."
  served: Int!
  "Items that were seen: an impression, a view or anything else was done with them."
  impressions: Int!
  "Items viewed, clicked or engaged with, per impression."
  clickThroughRate: Float
  "Items engaged with by more than a view, per impression."
  engagementRate: Float
  "Over the items whose time was measured."
  meanDwellSeconds: Float
  "Items hidden, muted or called uninteresting."
  hidesPerThousandImpressions: Float
  "Items reported."
  reportsPerThousandImpressions: Float
  "Mean over pages of different authors per item; null by rank."
  authorDiversity: Float
  "Mean over pages of the entropy of content types, in bits; null by rank."
  typeEntropy: Float
  "Different contents that were given out; null by rank."
  contents: Int
  "Part of the catalogue that was given out to anybody; null by rank."
  catalogueCoverage: Float
  "Part of the items that exploration put there."
  exploredShare: Float
}

extend type Query {
  "The figures that the hourly job took last, by algorithm and then by time or rank. algorithm: default all. since: ISO time, default 7 days before until. until: default now."
  feedMetrics(algorithm: String, since: String, until: String, by: FeedMetricsBy = DAY): [FeedMetrics!]!
}
`,
  resolvers: (ports) => ({ Query: { feedMetrics: (_source, args) => feedMetrics(args, ports) } }),
};

function feedMetrics(args: Record<string, unknown>, ports: ApiPorts): Promise<readonly FeedMetrics[]> {
  const { algorithm, by } = args as { algorithm?: string | null; by?: MetricsBy | null };
  const since = timeArgument('since', args['since']);
  const until = timeArgument('until', args['until']);
  return ports.feedMetrics(metricsQuery({ algorithm: algorithm ?? undefined, since, until, by: by ?? 'DAY' }, ports));
}
