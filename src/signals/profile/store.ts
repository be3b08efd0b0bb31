import type { Pool } from 'pg';
import { type Queryable, readPrepared, readRows } from '../../log/database.ts';
import { notErasedSql } from '../../log/erase/names.ts';
import { positionAtSql } from '../../log/read/position-at.ts';
import { type BehaviourProfile, PROFILE_WINDOW_MS } from './behaviour.ts';

/** Raised whenever `BehaviourProfile` or what its numbers mean changes. */
const REVISION = 2;

/** The stored profile of a person, however old. @throws AppError `LOG_UNAVAILABLE` */
export async function readProfile(database: Queryable, person: string): Promise<BehaviourProfile | undefined> {
  const [row] = await readPrepared<{ profile: BehaviourProfile }>(
    database,
    'SELECT profile FROM behaviour_profile WHERE person_id = $1 AND revision = $2',
    [person, REVISION],
  );
  return row?.profile;
}

/** Keeps a profile, unless a newer one of the person is there. @throws AppError `LOG_UNAVAILABLE` */
export async function writeProfile(
  { pool, erasedAs = () => '' }: { readonly pool: Pool; readonly erasedAs?: (person: string) => string },
  person: string,
  profile: BehaviourProfile,
): Promise<void> {
  await readRows(
    pool,
    `INSERT INTO behaviour_profile AS stored (person_id, computed_at, since, revision, profile)
     SELECT $1, $2::timestamptz, $3::timestamptz, $4::integer, $5::jsonb WHERE ${notErasedSql('$6')}
     ON CONFLICT (person_id) DO UPDATE SET computed_at = excluded.computed_at, since = excluded.since,
       revision = excluded.revision, profile = excluded.profile
     WHERE stored.computed_at <= excluded.computed_at OR stored.revision <> excluded.revision`,
    [
      person,
      new Date(profile.computedAt),
      new Date(profile.since),
      REVISION,
      JSON.stringify(profile),
      erasedAs(person),
    ],
  );
}

/** Deletes profiles that tell of nothing within the window any more; how many that were. */
export async function deleteOldProfiles(pool: Pool, now: number): Promise<number> {
  const { rowCount } = await pool.query('DELETE FROM behaviour_profile WHERE computed_at < $1', [
    new Date(now - PROFILE_WINDOW_MS),
  ]);
  return rowCount ?? 0;
}

/** A stretch of the log: after `from`, up to `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The next stretch of the log whose people's profiles are to be computed, at most `length` positions long; undefined at
 * the end of what was received until `now`, since a profile tells of nothing later. What was received before the window
 * of a profile is passed over.
 */
export async function nextStretch(pool: Pool, now: number, length: number): Promise<Stretch | undefined> {
  const [row] = await readRows<{ from: number; head: number }>(
    pool,
    `SELECT greatest(
       coalesce((SELECT position FROM behaviour_profile_progress), 0),
       ${positionAtSql('$1::timestamptz')} - 1
     ) AS "from", ${positionAtSql('$2::timestamptz')} - 1 AS head`,
    [new Date(now - PROFILE_WINDOW_MS), new Date(now + 1)],
  );
  return row === undefined || row.from >= row.head
    ? undefined
    : { from: row.from, to: Math.min(row.from + length, row.head) };
}

/** Keeps that all profiles up to this position are computed. */
export async function reached(pool: Pool, position: number): Promise<void> {
  await readRows(
    pool,
    `INSERT INTO behaviour_profile_progress AS progress (position) VALUES ($1)
     ON CONFLICT (single) DO UPDATE SET position = greatest(progress.position, excluded.position)`,
    [position],
  );
}

/** Who did something in this stretch and has no profile of `now` or later. */
export async function activePeople(pool: Pool, { from, to }: Stretch, now: number): Promise<string[]> {
  const rows = await readRows<{ person: string }>(
    pool,
    `SELECT actor_id AS person FROM (
       SELECT DISTINCT actor_id FROM activity_log WHERE position > $1 AND position <= $2 AND actor_id IS NOT NULL
     ) AS active
     WHERE NOT EXISTS (SELECT FROM behaviour_profile WHERE person_id = actor_id AND computed_at >= $3 AND revision = $4)
     ORDER BY actor_id`,
    [from, to, new Date(now), REVISION],
  );
  return rows.map(({ person }) => person);
}
