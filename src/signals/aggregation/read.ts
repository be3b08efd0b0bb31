import { dayText } from '../../activity/local-time.ts';
import { readRows } from '../../log/database.ts';
import { type AggregationPorts, followForReader } from './follow.ts';
import { zonesUsed } from './store.ts';

/** One day of a person, as `activity_aggregation` has it. */
interface DailyActivity {
  /** As in 2026-11-01. */
  readonly date: string;
  /** How many activities by kind, the most frequent first. */
  readonly counts: readonly { readonly activityType: string; readonly count: number }[];
  /** Engagement of the day's activities, less what was taken back since. */
  readonly engagementScore: number;
}

export interface DailyActivities {
  /** The log is in the days up to here. */
  readonly position: number;
  /** The zone whose calendar the days are of. */
  readonly timeZone: string;
  /** Oldest first; days on which nothing was done are left out. */
  readonly items: readonly DailyActivity[];
}

/** Days since 1 January 1970, both included. */
export interface DailyQuery {
  readonly person: string;
  readonly from: number;
  readonly to: number;
}

/** So many batches of the log are added up for somebody who asks; the rest waits for the job. */
const STEPS_FOR_A_READER = 2;

/** What a person did day by day, as far as that is added up: to the end of the log, unless the job has it to do. @throws AppError `LOG_UNAVAILABLE`. */
export async function dailyActivities(
  ports: AggregationPorts,
  { person, from, to }: DailyQuery,
): Promise<DailyActivities> {
  const { position } = await followForReader(ports, STEPS_FOR_A_READER);
  const rows = await readRows<{ day: number; counts: Record<string, number>; score: number }>(
    ports.pool,
    `SELECT date - '1970-01-01'::date AS day, activity_counts AS counts, engagement_score AS score
     FROM activity_aggregation
     WHERE user_id = $1 AND aggregation_type = 'daily' AND date BETWEEN $2 AND $3 ORDER BY date`,
    [person, dayText(from), dayText(to)],
  );
  const items = rows.map(({ day, counts, score }) => ({
    date: dayText(day),
    counts: Object.entries(counts)
      .map(([activityType, count]) => ({ activityType, count }))
      .sort((a, b) => b.count - a.count || (a.activityType < b.activityType ? -1 : 1)),
    engagementScore: score,
  }));
  return { position, timeZone: (await zonesUsed(ports.pool, [person])).get(person) ?? 'UTC', items };
}
