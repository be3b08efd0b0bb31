import { ENGAGEMENT_POINTS, ENGAGING_KINDS, OTHER_POINTS } from '../../activity/engagement-points.ts';
import { type AuditTable, findKind } from '../../activity/kinds.ts';
import { dayText, localTimes } from '../../activity/local-time.ts';
import type { Reference } from '../../activity/reference.ts';
import { MINUTE_MS } from '../../core/clock.ts';
import { type Queryable, readRows } from '../database.ts';
import { allIdsSql } from './ids-of-person.ts';
import { positionAtSql } from './position-at.ts';

export interface ActivityStatistics {
  readonly total: number;
  /** By name of the kind, most frequent first. */
  readonly byType: readonly { readonly activityType: string; readonly count: number }[];
  /** By day of receipt where the time zone is, as in 2026-01-31, oldest first; days without activities are left out. */
  readonly byDay: readonly { readonly day: string; readonly count: number }[];
  /** Audit rows by table, most first; a profile visit has one in each of two tables. */
  readonly byTable: readonly { readonly table: AuditTable; readonly count: number }[];
  /** The content that was engaged with most. */
  readonly topContent: readonly ContentCount[];
}

interface ContentCount {
  readonly content: Reference;
  /** How often it was engaged with. */
  readonly count: number;
  /** Points, as in the engagement report: view 1, like 3, comment 5, share 7, save 6, anything else 1. */
  readonly score: number;
}

export interface StatisticsQuery {
  /** Undefined: everybody. */
  readonly userId?: string;
  /** Time of receipt in milliseconds: from `since`, before `until`. */
  readonly since: number;
  readonly until: number;
  /** IANA name of the zone whose days are meant. Default: UTC. */
  readonly timeZone?: string;
  /** How many of the most engaging contents are wanted. Default: 10. */
  readonly top?: number;
}

/** Clocks are set by quarters of an hour, so that within one it is the same day everywhere. */
const QUARTER_MS = 15 * MINUTE_MS;
const DEFAULT_TOP = 10;

/** Counts what was received within a time. @throws AppError `LOG_UNAVAILABLE`. */
export async function activityStats(database: Queryable, query: StatisticsQuery): Promise<ActivityStatistics> {
  const rows = await readRows<{ kind: string | null; quarter: number | null; count: number }>(
    database,
    `SELECT kind, quarter, count(*) AS count
     FROM (
       SELECT kind, floor(extract(epoch FROM recorded_at) * 1000 / ${QUARTER_MS})::float8 AS quarter FROM activity_log
       WHERE ${WITHIN}
     ) AS received
     GROUP BY GROUPING SETS ((kind), (quarter))
     ORDER BY count DESC, kind, quarter`,
    valuesOf(query),
  );
  const byType = rows.flatMap(({ kind, count }) => (kind === null ? [] : [{ activityType: kind, count }]));
  const quarters = rows.flatMap(({ quarter, count }) => (quarter === null ? [] : [{ quarter, count }]));
  return {
    total: byType.reduce((sum, { count }) => sum + count, 0),
    byType,
    byDay: countByDay(quarters, query.timeZone ?? 'UTC'),
    byTable: countByTable(byType),
    topContent: await topContent(database, query),
  };
}

const WITHIN = `position >= ${positionAtSql('$1::timestamptz')} AND position < ${positionAtSql('$2::timestamptz')}
         AND ($3::text IS NULL OR actor_id = ANY (${allIdsSql('$3')}))`;

function valuesOf({ since, until, userId }: StatisticsQuery): unknown[] {
  return [new Date(since), new Date(until), userId ?? null];
}

function countByDay(
  quarters: readonly { readonly quarter: number; readonly count: number }[],
  timeZone: string,
): ActivityStatistics['byDay'] {
  const local = localTimes(timeZone);
  const days = new Map<number, number>();
  for (const { quarter, count } of quarters) {
    const { day } = local(quarter * QUARTER_MS);
    days.set(day, count + (days.get(day) ?? 0));
  }
  return [...days].sort(([a], [b]) => a - b).map(([day, count]) => ({ day: dayText(day), count }));
}

/** A kind that only a later version knows is in none. */
function countByTable(byType: ActivityStatistics['byType']): ActivityStatistics['byTable'] {
  const tables = new Map<AuditTable, number>();
  for (const { activityType, count } of byType) {
    const kind = findKind(activityType)?.kind;
    for (const table of [kind?.table, kind?.secondTable].filter((one) => one !== undefined)) {
      tables.set(table, count + (tables.get(table) ?? 0));
    }
  }
  const counts = [...tables].map(([table, count]) => ({ table, count }));
  return counts.sort((a, b) => b.count - a.count || (a.table < b.table ? -1 : 1));
}

function topContent(database: Queryable, query: StatisticsQuery): Promise<ContentCount[]> {
  return readRows<ContentCount>(
    database,
    `SELECT object AS content, count(*) AS count, sum(coalesce(($5::jsonb ->> kind)::integer, $6))::integer AS score
     FROM activity_log
     WHERE ${WITHIN} AND kind = ANY ($4) AND object IS NOT NULL AND object NOT LIKE 'community:%'
     GROUP BY object ORDER BY score DESC, count DESC, object LIMIT $7`,
    [
      ...valuesOf(query),
      [...ENGAGING_KINDS],
      JSON.stringify(ENGAGEMENT_POINTS),
      OTHER_POINTS,
      query.top ?? DEFAULT_TOP,
    ],
  );
}
