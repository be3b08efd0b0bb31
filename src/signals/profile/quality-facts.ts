import type { Pool } from 'pg';
import { z } from 'zod';
import { ENGAGING_KINDS } from '../../activity/engagement-points.ts';
import { KINDS } from '../../activity/kinds.ts';
import type { Ranking } from '../../activity/ranking.ts';
import type { Graph } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import { readRows } from '../../log/database.ts';
import { type QualityFacts, REMARKS, type Received } from './quality.ts';
import type { ActsQuery } from './read-acts.ts';

const reciprocity = defineQuery({
  name: 'profile/reciprocity',
  mode: 'read',
  params: z.object({ userId: z.string(), since: z.number(), leastWeight: z.number(), limit: z.number() }),
  row: z.object({ turnedTo: z.number(), turnedBack: z.number() }),
});

/** Below this, what was done was taken back and only the rounding of its sum is left. */
const LEAST_WEIGHT = 1e-9;
const MOST_PEOPLE = 200;
const MOST_MADE = 100;
/** Of each piece of content so many of the newest activities are read. */
const MOST_RECEIVED = 500;

const ENGAGING = [...ENGAGING_KINDS];
/** Facts that hold or do not: saying them again is no second one. */
const STANDING = KINDS.filter(({ nature }) => nature === 'standing').map(({ name }) => name);

/** Of one visit each word replaces the ones before: it adds what it begins without what it takes back. */
const MEASURED = KINDS.filter(({ nature }) => nature === 'measured').map(({ name }) => name);

/** What the quality of a person's activity is told from. @throws AppError `LOG_UNAVAILABLE`, `GRAPH_UNAVAILABLE` */
export async function readQualityFacts(
  { pool, graph, ranking }: { readonly pool: Pool; readonly graph: Graph; readonly ranking: Ranking },
  query: ActsQuery,
): Promise<QualityFacts> {
  const [received, people] = await Promise.all([
    readReceived(pool, query, ranking.timeBonus.maxMinutes),
    graph.run(reciprocity, {
      userId: query.person,
      since: query.since,
      leastWeight: LEAST_WEIGHT,
      limit: MOST_PEOPLE,
    }),
  ]);
  const [{ turnedTo, turnedBack } = { turnedTo: 0, turnedBack: 0 }] = people;
  return { ...received, turnedTo, turnedBack };
}

/** What others did with what the person made in this time, each standing fact of each of them once. */
async function readReceived(
  pool: Pool,
  { person, since, now }: ActsQuery,
  maxMinutes: number,
): Promise<Pick<QualityFacts, 'made' | 'received' | 'receivedFrom'>> {
  const rows = await readRows<Received & { made: number; kind: string | null; people: number }>(
    pool,
    `WITH made AS MATERIALIZED (
       SELECT reference FROM content
       WHERE author_id = $1 AND created_at >= $2 AND created_at <= $3 AND deleted_at IS NULL
         AND type <> ALL ($9)
       ORDER BY created_at DESC, reference LIMIT $4
     ), received AS (
       SELECT act.kind, act.actor_id, made.reference, count(*) AS times,
         sum(least((coalesce(act.duration_seconds, 0) * act.counts::integer + changed.seconds) / 60, $5)) AS minutes,
         sum((coalesce(act.scroll_depth_percentage, 0) * act.counts::integer + changed.percentage) / 100) AS scrolled
       FROM made CROSS JOIN LATERAL (
         SELECT * FROM activity_log WHERE object = made.reference ORDER BY position DESC LIMIT $6
       ) AS act
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(-(signal ->> 'sign')::integer * (signal ->> 'durationSeconds')::float8), 0) AS seconds,
           coalesce(sum(-(signal ->> 'sign')::integer * (signal ->> 'scrollDepthPercentage')::float8), 0) AS percentage
         FROM jsonb_array_elements(CASE WHEN act.kind = ANY ($10) THEN act.takes_back END) AS signal
       ) AS changed
       WHERE (act.counts OR act.kind = ANY ($10)) AND act.actor_id <> $1 AND act.kind = ANY ($7)
       GROUP BY act.kind, act.actor_id, made.reference
     )
     SELECT (SELECT count(*) FROM made) AS made, kind, count(DISTINCT actor_id) AS people,
       coalesce(sum(CASE WHEN kind = ANY ($8) THEN 1 ELSE times END), 0)::float8 AS times,
       coalesce(sum(minutes), 0)::float8 AS minutes, coalesce(sum(scrolled), 0)::float8 AS scrolled
     FROM received GROUP BY GROUPING SETS ((kind), ())`,
    [
      person,
      new Date(since),
      new Date(now),
      MOST_MADE,
      maxMinutes,
      MOST_RECEIVED,
      ENGAGING,
      STANDING,
      [...REMARKS],
      MEASURED,
    ],
  );
  return {
    made: rows[0]?.made ?? 0,
    received: rows.filter(({ kind }) => kind !== null).map(({ made: _, people: __, ...row }) => row),
    receivedFrom: rows.find(({ kind }) => kind === null)?.people ?? 0,
  };
}
