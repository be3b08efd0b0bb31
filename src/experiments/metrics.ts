import type { Pool } from 'pg';
import { readRows } from '../log/database.ts';

/** What one line of the figures stands for. */
export type MetricsBy = 'DAY' | 'HOUR' | 'RANK';

export interface FeedMetricsQuery {
  /** Undefined: every algorithm, each with its own lines. */
  readonly algorithm: string | undefined;
  /** Milliseconds: hours or days (UTC) that begin from `since` on and before `until`. By rank: days. */
  readonly since: number;
  readonly until: number;
  readonly by: MetricsBy;
}

/** How an algorithm did. Rates are null where there is nothing to divide by. */
export interface FeedMetrics {
  readonly algorithm: string;
  /** Beginning of the hour or day, ISO 8601; null by rank. */
  readonly startsAt: string | null;
  /** Null by day and hour: all ranks together. */
  readonly rank: number | null;
  readonly pages: number;
  /** Items that were given out. */
  readonly served: number;
  /** Items that a person saw, as an impression, a view or anything else that they did with them says. */
  readonly impressions: number;
  /** Items that were viewed, clicked or engaged with, per impression. */
  readonly clickThroughRate: number | null;
  /** Items that were engaged with by more than a view, per impression. */
  readonly engagementRate: number | null;
  /** Over the items whose time was measured. */
  readonly meanDwellSeconds: number | null;
  /** Items that were hidden, muted or called uninteresting. */
  readonly hidesPerThousandImpressions: number | null;
  readonly reportsPerThousandImpressions: number | null;
  /** Mean over pages of different authors per item; null by rank. */
  readonly authorDiversity: number | null;
  /** Mean over pages of the entropy of content types, in bits; null by rank. */
  readonly typeEntropy: number | null;
  /** Different contents that were given out; null by rank. */
  readonly contents: number | null;
  /** Part of the catalogue that was given out to anybody; null by rank. */
  readonly catalogueCoverage: number | null;
  /** Part of the items that exploration put there. */
  readonly exploredShare: number | null;
}

interface Sums {
  readonly algorithm: string;
  readonly starts_at: Date | null;
  readonly rank: number;
  readonly pages: number;
  readonly served: number;
  readonly explored: number;
  readonly impressions: number;
  readonly opened: number;
  readonly engaged: number;
  readonly hidden: number;
  readonly reported: number;
  readonly dwelt: number;
  readonly dwell_seconds: number;
  readonly author_share: number;
  readonly type_entropy: number;
  readonly contents: number;
  readonly contents_described: number;
  readonly catalogue: number;
}

const SUMMED = [
  'pages',
  'served',
  'explored',
  'impressions',
  'opened',
  'engaged',
  'hidden',
  'reported',
  'dwelt',
] as const;

/** The figures that the job took last, by algorithm and then by time or rank. @throws AppError `LOG_UNAVAILABLE` */
export async function readFeedMetrics(pool: Pool, query: FeedMetricsQuery): Promise<readonly FeedMetrics[]> {
  const rows = query.by === 'RANK' ? await sumsByRank(pool, query) : await sumsByTime(pool, query);
  return rows.map(figuresOf);
}

function sumsByTime(pool: Pool, { algorithm, since, until, by }: FeedMetricsQuery): Promise<Sums[]> {
  return readRows<Sums>(
    pool,
    `SELECT * FROM feed_metric
     WHERE grain = $1 AND rank = 0 AND starts_at >= $2 AND starts_at < $3 AND ($4::text IS NULL OR algorithm = $4)
     ORDER BY algorithm, starts_at`,
    [by === 'HOUR' ? 'hour' : 'day', new Date(since), new Date(until), algorithm ?? null],
  );
}

function sumsByRank(pool: Pool, { algorithm, since, until }: FeedMetricsQuery): Promise<Sums[]> {
  return readRows<Sums>(
    pool,
    `SELECT algorithm, NULL AS starts_at, rank, ${SUMMED.map((name) => `sum(${name})::bigint AS ${name}`).join(', ')},
            sum(dwell_seconds) AS dwell_seconds, 0 AS author_share, 0 AS type_entropy, 0 AS contents,
            0 AS contents_described, 0 AS catalogue
     FROM feed_metric
     WHERE grain = 'day' AND rank > 0 AND starts_at >= $1 AND starts_at < $2 AND ($3::text IS NULL OR algorithm = $3)
     GROUP BY algorithm, rank ORDER BY algorithm, rank`,
    [new Date(since), new Date(until), algorithm ?? null],
  );
}

function figuresOf(sums: Sums): FeedMetrics {
  const { algorithm, rank, pages, served, impressions } = sums;
  const together = rank === 0;
  const perThousand = (count: number): number | null => ratio(1_000 * count, impressions);
  return {
    algorithm,
    startsAt: sums.starts_at?.toISOString() ?? null,
    rank: together ? null : rank,
    pages,
    served,
    impressions,
    clickThroughRate: ratio(sums.opened, impressions),
    engagementRate: ratio(sums.engaged, impressions),
    meanDwellSeconds: ratio(sums.dwell_seconds, sums.dwelt),
    hidesPerThousandImpressions: perThousand(sums.hidden),
    reportsPerThousandImpressions: perThousand(sums.reported),
    authorDiversity: together ? ratio(sums.author_share, pages) : null,
    typeEntropy: together ? ratio(sums.type_entropy, pages) : null,
    contents: together ? sums.contents : null,
    catalogueCoverage: together ? ratio(sums.contents_described, sums.catalogue) : null,
    exploredShare: ratio(sums.explored, served),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
