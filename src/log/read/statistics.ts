import { type Queryable, readRows } from '../database.ts';
import { positionAtSql } from './position-at.ts';

export interface ActivityStatistics {
  readonly total: number;
  /** By name of the kind, most frequent first. */
  readonly byType: readonly { readonly activityType: string; readonly count: number }[];
  /** By day of receipt in UTC, as in 2026-01-31, oldest first; days without activities are left out. */
  readonly byDay: readonly { readonly day: string; readonly count: number }[];
}

export interface StatisticsQuery {
  /** Undefined: everybody. */
  readonly userId?: string;
  /** Time of receipt in milliseconds: from `since`, before `until`. */
  readonly since: number;
  readonly until: number;
}

/** Counts what was received within a time. @throws AppError `LOG_UNAVAILABLE`. */
export async function activityStats(database: Queryable, query: StatisticsQuery): Promise<ActivityStatistics> {
  const rows = await readRows<{ kind: string | null; day: string | null; count: number }>(
    database,
    `SELECT kind, day, count(*) AS count
     FROM (
       SELECT kind, to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day FROM activity_log
       WHERE position >= ${positionAtSql('$1::timestamptz')} AND position < ${positionAtSql('$2::timestamptz')}
         AND ($3::text IS NULL OR actor_id = $3)
     ) AS received
     GROUP BY GROUPING SETS ((kind), (day))
     ORDER BY count DESC, kind, day`,
    [new Date(query.since), new Date(query.until), query.userId ?? null],
  );
  const byType = rows.flatMap(({ kind, count }) => (kind === null ? [] : [{ activityType: kind, count }]));
  const byDay = rows
    .flatMap(({ day, count }) => (day === null ? [] : [{ day, count }]))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
  return { total: byType.reduce((sum, { count }) => sum + count, 0), byType, byDay };
}
