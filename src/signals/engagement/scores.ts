import type { Pool } from 'pg';
import type { Ranking } from '../../activity/ranking.ts';
import { DAY_MS } from '../../core/clock.ts';
import { readRows } from '../../log/database.ts';
import type { DailyEngagement } from './daily.ts';
import { followForReader } from './follow.ts';
import { type EngagementScore, SCORED_DAYS, scoreOf } from './score.ts';

export type { ScorePart } from './score.ts';

export interface ScoresQuery {
  /** Undefined: everybody, most engaged first. */
  readonly person: string | undefined;
  readonly now: number;
  readonly limit: number;
  readonly after: ScoresCursor | undefined;
}

/** Where a page ended: scores are compared as of that page's day, so that the next one joins up. */
export interface ScoresCursor {
  readonly today: number;
  /** Millionths. */
  readonly score: number;
  readonly person: string;
}

export interface PersonScore extends EngagementScore {
  readonly person: string;
}

export interface ScoresPage {
  /** The log is in the scores up to here. */
  readonly position: number;
  readonly items: readonly PersonScore[];
  readonly next: ScoresCursor | null;
}

/** So many batches of the log are added up for somebody who asks; the rest waits for the job. */
const STEPS_FOR_A_READER = 2;

/**
 * A page of engagement scores, greatest first, of what the log has now (a reader sees their own last activity, unless
 * the scores are far behind, or somebody else adds them up just then). People without any engagement in the last 90 days
 * have no score.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function engagementScores(
  ports: { readonly pool: Pool; readonly ranking: Ranking },
  query: ScoresQuery,
): Promise<ScoresPage> {
  const position = await followForReader(ports, STEPS_FOR_A_READER);
  const today = query.after?.today ?? Math.floor(query.now / DAY_MS);
  const halfLifeDays = ports.ranking.halfLifeMs.ENGAGED / DAY_MS;
  const found = await rankedPeople(ports.pool, query, today, halfLifeDays);
  const shown = found.slice(0, query.limit);
  const days = await daysOf(
    ports.pool,
    shown.map(({ person }) => person),
    today,
  );
  const last = found.length > shown.length ? shown.at(-1) : undefined;
  return {
    position,
    items: shown.map(({ person }) => ({ person, ...scoreOf(days.get(person) ?? [], today, halfLifeDays) })),
    next: last === undefined ? null : { today, ...last },
  };
}

/** One more than asked for, to know whether there is a next page. */
function rankedPeople(
  pool: Pool,
  { person, limit, after }: ScoresQuery,
  today: number,
  halfLifeDays: number,
): Promise<{ person: string; score: number }[]> {
  return readRows(
    pool,
    `SELECT person, score
     FROM (
       SELECT user_id COLLATE "C" AS person,
         round(sum(micros * power(2, (day - $1::int)::float8 / $2::float8)))::bigint AS score
       FROM engagement_day
       WHERE generation = (SELECT generation FROM engagement_generation WHERE live)
         AND day > $1::int - ${SCORED_DAYS} AND day <= $1::int AND ($3::text IS NULL OR user_id = $3)
       GROUP BY user_id HAVING sum(activities) > 0
     ) AS scored
     WHERE $4::bigint IS NULL OR score < $4 OR score = $4 AND person > $5::text
     ORDER BY score DESC, person LIMIT $6`,
    [today, halfLifeDays, person ?? null, after?.score ?? null, after?.person ?? null, limit + 1],
  );
}

async function daysOf(
  pool: Pool,
  people: readonly string[],
  today: number,
): Promise<ReadonlyMap<string, readonly DailyEngagement[]>> {
  const rows = await readRows<DailyEngagement>(
    pool,
    `SELECT user_id AS person, day, kind, activities, micros FROM engagement_day
     WHERE generation = (SELECT generation FROM engagement_generation WHERE live)
       AND user_id = ANY ($1::text[]) AND day > $2::int - ${SCORED_DAYS} AND day <= $2::int
     ORDER BY user_id, day, kind`,
    [people, today],
  );
  const days = new Map<string, DailyEngagement[]>(people.map((person) => [person, []]));
  for (const row of rows) {
    days.get(row.person)?.push(row);
  }
  return days;
}
