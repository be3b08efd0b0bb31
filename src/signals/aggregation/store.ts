import type { Pool, PoolClient } from 'pg';
import { dayText } from '../../activity/local-time.ts';
import { type Queryable, readRows } from '../../log/database.ts';
import { MICROS } from '../engagement/daily.ts';
import type { PersonDay } from './days.ts';

/** How much of the log is in the days. */
export interface Progress {
  readonly position: number;
  readonly fingerprint: string;
}

/**
 * Makes sure that there is a progress to lock. In no transaction of others, so that whoever locks it finds it; and where it
 * is there it is not waited for.
 */
export async function ensureProgress(pool: Pool, fingerprint: string): Promise<void> {
  await readRows(
    pool,
    `INSERT INTO activity_aggregation_progress (position, fingerprint)
     SELECT 0, $1 WHERE NOT EXISTS (SELECT FROM activity_aggregation_progress) ON CONFLICT DO NOTHING`,
    [fingerprint],
  );
}

/**
 * How far the days are, locked until the transaction ends: whoever adds to them or makes them anew holds it, and so does an
 * erasure while it deletes some of them.
 */
export async function lockProgress(client: PoolClient, fingerprint: string): Promise<Progress> {
  const [progress] = await readRows<Progress>(
    client,
    'SELECT position, fingerprint FROM activity_aggregation_progress FOR UPDATE',
  );
  return progress ?? { position: 0, fingerprint };
}

/** The same without waiting: undefined when somebody else holds it. */
export async function tryLockProgress(client: PoolClient): Promise<Progress | undefined> {
  const [progress] = await readRows<Progress>(
    client,
    'SELECT position, fingerprint FROM activity_aggregation_progress FOR UPDATE SKIP LOCKED',
  );
  return progress;
}

/** Up to where the log is in the days that are stored. */
export async function storedPosition(database: Queryable): Promise<number> {
  const [progress] = await readRows<Progress>(database, 'SELECT position FROM activity_aggregation_progress');
  return progress?.position ?? 0;
}

export async function saveProgress(client: PoolClient, { position, fingerprint }: Progress): Promise<void> {
  await readRows(client, 'UPDATE activity_aggregation_progress SET position = $1, fingerprint = $2', [
    position,
    fingerprint,
  ]);
}

/** Takes everything away: what was added up with other weights cannot be carried on. */
export async function forgetDays(client: PoolClient): Promise<void> {
  await readRows(client, 'TRUNCATE activity_aggregation, aggregated_person, aggregated_signal');
}

/** The stored days among those of `days`. */
export async function readDays(database: Queryable, days: readonly PersonDay[]): Promise<readonly PersonDay[]> {
  return (
    await readRows<StoredDay>(
      database,
      `SELECT ${DAY_COLUMNS} FROM activity_aggregation
       JOIN unnest($1::text[], $2::date[]) AS wanted (user_id, date) USING (user_id, date)
       WHERE aggregation_type = 'daily'`,
      [days.map(({ person }) => person), days.map(({ day }) => dayText(day))],
    )
  ).map(dayOfStored);
}

/** Deletes all days of people, and that they are added up; what the days were. */
export async function deleteDays(client: PoolClient, people: readonly string[]): Promise<readonly PersonDay[]> {
  await readRows(client, 'DELETE FROM aggregated_person WHERE user_id = ANY ($1)', [people]);
  const rows = await readRows<StoredDay>(
    client,
    `DELETE FROM activity_aggregation WHERE user_id = ANY ($1) AND aggregation_type = 'daily' RETURNING ${DAY_COLUMNS}`,
    [people],
  );
  return rows.map(dayOfStored);
}

/** Writes days as they are now. */
export async function writeDays(client: PoolClient, days: readonly PersonDay[]): Promise<void> {
  await readRows(
    client,
    `INSERT INTO activity_aggregation (user_id, aggregation_type, date, activity_counts, engagement_score)
     SELECT user_id, 'daily', date, counts, micros / ${MICROS}::float8
     FROM unnest($1::text[], $2::date[], $3::jsonb[], $4::float8[]) AS days (user_id, date, counts, micros)
     ON CONFLICT (user_id, aggregation_type, date) DO UPDATE
     SET activity_counts = excluded.activity_counts, engagement_score = excluded.engagement_score, updated_at = now()`,
    [
      days.map(({ person }) => person),
      days.map(({ day }) => dayText(day)),
      days.map(({ counts }) => JSON.stringify(counts)),
      days.map(({ micros }) => micros),
    ],
  );
}

/** Deletes single days, of which nothing is left. */
export async function deleteSingleDays(client: PoolClient, days: readonly PersonDay[]): Promise<void> {
  await readRows(
    client,
    `DELETE FROM activity_aggregation USING unnest($1::text[], $2::date[]) AS gone (user_id, date)
     WHERE activity_aggregation.user_id = gone.user_id AND activity_aggregation.date = gone.date
       AND aggregation_type = 'daily'`,
    [days.map(({ person }) => person), days.map(({ day }) => dayText(day))],
  );
}

interface StoredDay {
  readonly person: string;
  readonly day: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly score: number;
}

const DAY_COLUMNS = `activity_aggregation.user_id AS person, activity_aggregation.date - '1970-01-01'::date AS day,
  activity_counts AS counts, engagement_score AS score`;

function dayOfStored({ person, day, counts, score }: StoredDay): PersonDay {
  return { person, day, counts, micros: Math.round(score * MICROS) };
}

/** In which zone people's days are told apart, where that was decided. */
export async function zonesUsed(database: Queryable, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await readRows<{ user_id: string; time_zone: string }>(
    database,
    'SELECT user_id, time_zone FROM aggregated_person WHERE user_id = ANY ($1)',
    [people],
  );
  return new Map(rows.map(({ user_id, time_zone }) => [user_id, time_zone]));
}

/** The zones that people are in now; UTC where none is known. */
export async function zonesNow(database: Queryable, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await readRows<{ id: string; time_zone: string }>(
    database,
    'SELECT id, time_zone FROM users WHERE id = ANY ($1) AND time_zone IS NOT NULL',
    [people],
  );
  const known = new Map(rows.map(({ id, time_zone }) => [id, time_zone]));
  return new Map(people.map((person) => [person, known.get(person) ?? 'UTC']));
}

export async function writeZones(client: PoolClient, zones: ReadonlyMap<string, string>): Promise<void> {
  await readRows(
    client,
    `INSERT INTO aggregated_person (user_id, time_zone) SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone
     WHERE aggregated_person.time_zone <> excluded.time_zone`,
    [[...zones.keys()], [...zones.values()]],
  );
}

/** People whose days are added up, some at a time, in the order of their ids. */
export async function nextAggregated(database: Queryable, after: string, limit: number): Promise<readonly string[]> {
  const rows = await readRows<{ user_id: string }>(
    database,
    'SELECT user_id FROM aggregated_person WHERE user_id > $1 ORDER BY user_id LIMIT $2',
    [after, limit],
  );
  return rows.map(({ user_id }) => user_id);
}

/** Notes which rows of others say something of people. */
export async function noteSignals(
  client: PoolClient,
  signals: readonly { readonly person: string; readonly position: number }[],
): Promise<void> {
  await readRows(
    client,
    `INSERT INTO aggregated_signal (user_id, position) SELECT * FROM unnest($1::text[], $2::bigint[])
     ON CONFLICT DO NOTHING`,
    [signals.map(({ person }) => person), signals.map(({ position }) => position)],
  );
}

/** Positions of rows of others that say something of people, under any of these ids. */
export async function signalPositions(
  database: Queryable,
  ids: readonly string[],
  until: number,
): Promise<readonly number[]> {
  const rows = await readRows<{ position: number }>(
    database,
    'SELECT DISTINCT position FROM aggregated_signal WHERE user_id = ANY ($1) AND position <= $2 ORDER BY position',
    [ids, until],
  );
  return rows.map(({ position }) => position);
}
