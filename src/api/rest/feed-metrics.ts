import { z } from 'zod';
import { DAY_MS } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { FeedMetrics, FeedMetricsQuery, MetricsBy } from '../../experiments/metrics.ts';
import type { RouteKey } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { readQuery, timeParameter } from './query.ts';

const DEFAULT_DAYS = 7;
const MOST_DAYS: Readonly<Record<MetricsBy, number>> = { DAY: 366, HOUR: 31, RANK: 366 };
const METRICS_BY = { day: 'DAY', hour: 'HOUR', rank: 'RANK' } as const satisfies Record<string, MetricsBy>;

const feedMetricsQuerySchema = z.strictObject({
  algorithm: z.string().max(100).optional().describe('Default: all of them, each by itself.'),
  since: timeParameter.optional().describe(`Default: ${DEFAULT_DAYS} days before until.`),
  until: timeParameter.optional().describe('Default: now.'),
  by: z.enum(['day', 'hour', 'rank']).default('day').describe('What one line stands for; hours and days are UTC.'),
});

const rate = z.number().nullable();

const feedMetricsSchema = z
  .strictObject({
    algorithm: z.string(),
    startsAt: z.iso.datetime().nullable().describe('Beginning of the hour or day; null by rank.'),
    rank: z.int().nullable().describe('Null by day and hour: all ranks together.'),
    pages: z.int(),
    served: z.int().describe('Items that were given out.'),
    impressions: z.int().describe('Items that were seen: an impression, a view or anything else was done with them.'),
    clickThroughRate: rate.describe('Items viewed, clicked or engaged with, per impression.'),
    engagementRate: rate.describe('Items engaged with by more than a view, per impression.'),
    meanDwellSeconds: rate.describe('Over the items whose time was measured.'),
    hidesPerThousandImpressions: rate.describe('Items hidden, muted or called uninteresting.'),
    reportsPerThousandImpressions: rate,
    authorDiversity: rate.describe('Mean over pages of different authors per item; null by rank.'),
    typeEntropy: rate.describe('Mean over pages of the entropy of content types, in bits; null by rank.'),
    contents: z.int().nullable().describe('Different contents that were given out; null by rank.'),
    catalogueCoverage: rate.describe('Part of the catalogue that was given out to anybody; null by rank.'),
    exploredShare: rate.describe('Part of the items that exploration put there.'),
  })
  .meta({ id: 'FeedMetrics' }) satisfies z.ZodType<FeedMetrics>;

export const feedMetricsListSchema = z
  .strictObject({ items: z.array(feedMetricsSchema).describe('By algorithm, then by time or rank.') })
  .meta({ id: 'FeedMetricsList' });

export const FEED_METRICS_COMPONENTS: readonly z.ZodType[] = [feedMetricsSchema, feedMetricsListSchema];

export const FEED_METRICS_OPERATIONS = {
  'GET /feed/metrics': {
    slash: true,
    id: 'getFeedMetrics',
    summary: 'How the feed algorithms did: click-through, engagement, time, hides, diversity, coverage.',
    query: feedMetricsQuerySchema,
    answers: { 200: { description: 'The figures that the hourly job took last.', schema: ref('FeedMetricsList') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'LOG_UNAVAILABLE'],
  },
} as const satisfies Partial<Record<RouteKey, Operation>>;

/** `GET /feed/metrics/`. */
export async function getFeedMetrics(request: Request, ports: ApiPorts): Promise<Response> {
  const { algorithm, since, until, by } = readQuery(request, feedMetricsQuerySchema);
  const time = (value: string | undefined): number | undefined => (value === undefined ? undefined : Date.parse(value));
  const query = metricsQuery({ algorithm, since: time(since), until: time(until), by: METRICS_BY[by] }, ports);
  return Response.json(
    { items: await ports.feedMetrics(query) },
    { headers: { 'cache-control': 'private, no-store' } },
  );
}

/** Fills in the default times. @throws AppError `REQUEST_MALFORMED` when they are the wrong way round or too far apart. */
export function metricsQuery(
  asked: { algorithm: string | undefined; since: number | undefined; until: number | undefined; by: MetricsBy },
  { clock }: Pick<ApiPorts, 'clock'>,
): FeedMetricsQuery {
  const until = asked.until ?? clock.now();
  const since = asked.since ?? Math.floor((until - DEFAULT_DAYS * DAY_MS) / DAY_MS) * DAY_MS;
  const most = MOST_DAYS[asked.by];
  if (since > until || until - since > most * DAY_MS) {
    throw new AppError('REQUEST_MALFORMED', `since: must be before until, by at most ${most} days`);
  }
  return { ...asked, since, until };
}
