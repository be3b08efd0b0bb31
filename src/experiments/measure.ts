import type { Pool, PoolClient } from 'pg';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/clock.ts';
import { inTransaction, readRows } from '../log/database.ts';
import { OUTCOMES } from './outcome.ts';
import { summarise } from './summarise.ts';

/** What somebody does with an item this long after it was given out is counted for it. */
const WINDOW_MS = DAY_MS;
/** A clock of a device may be this much behind ours, so that something seems to happen before the page was sent. */
const CLOCK_SKEW_MS = MINUTE_MS;
/** Younger rows of the log are left for the next run: the page that they answer may still be on its way to its table. */
const SETTLE_MS = 10 * SECOND_MS;
/** Pages are written some moments after they were given out; those of an hour before the last run are looked at again. */
const LATE_PAGES_MS = HOUR_MS;
/** Positions of the log for one transaction. */
const BATCH = 20_000;
/** How long it is kept what a single person was given and did. Whole days, so that no day is summed up half. */
const EXPOSURES_KEPT_MS = 35 * DAY_MS;
const PERFORMANCE_KEPT_MS = 90 * DAY_MS;

interface Measured {
  /** Activities that were found to answer a feed. */
  readonly outcomes: number;
  /** Ranked feeds whose figures were taken anew. */
  readonly feeds: number;
  /** Items of feeds that are too old to be kept. */
  readonly deleted: number;
}

/**
 * Brings the figures of feeds up to `now`: joins new rows of the log with the items that the same person was given
 * within 24 hours before, and sums up anew what that touched. An activity counts for the page that gave the item last.
 *
 * Each step is a transaction together with the position that it reached, and sums are taken from all rows of their
 * hour, or all hours of their day: a run that is repeated changes nothing, one that is cut off is carried on by the next, and what arrives
 * late is counted when it comes, however late, as long as the page that it answers is kept.
 *
 * @param onStep called after every step; what it throws ends the run there.
 */
export async function measureFeeds(
  pool: Pool,
  { now, onStep }: { readonly now: number; readonly onStep: (position: number) => Promise<void> },
): Promise<Measured> {
  // First, so that what a person was given goes in time also while nothing can be measured.
  const deleted = await deleteOld(pool, now);
  const total = { outcomes: 0, feeds: 0 };
  for (;;) {
    const step = await inTransaction(pool, (client) => measureStep(client, now));
    total.outcomes += step.outcomes;
    total.feeds += step.feeds;
    if (step.done) {
      return { ...total, deleted };
    }
    await onStep(step.position);
  }
}

interface Step {
  readonly outcomes: number;
  readonly feeds: number;
  readonly position: number;
  readonly done: boolean;
}

async function measureStep(client: PoolClient, now: number): Promise<Step> {
  const [progress] = await readRows<{ position: number; served_from: Date | null }>(
    client,
    `SELECT position, CASE WHEN isfinite(served_until) THEN served_until - $1 * interval '1 millisecond' END AS served_from
     FROM feed_metric_progress FOR UPDATE`,
    [LATE_PAGES_MS],
  );
  const from = progress?.position ?? 0;
  const until = await settledPosition(client, from, now);
  const done = until < from + BATCH;
  const answered = await findOutcomes(client, from, until);
  const given = done ? await servedSince(client, progress?.served_from ?? null, now) : [];
  const snapshots = [...new Set([...answered, ...given])];
  await summarise(client, snapshots);
  await readRows(
    client,
    'UPDATE feed_metric_progress SET position = $1, served_until = CASE WHEN $2 THEN $3 ELSE served_until END',
    [until, done, new Date(now)],
  );
  return { outcomes: answered.length, feeds: snapshots.length, position: until, done };
}

/** The ranked feeds that gave something out since a time; null: ever. */
async function servedSince(client: PoolClient, since: Date | null, now: number): Promise<readonly string[]> {
  const rows = await readRows<{ snapshot_id: string }>(
    client,
    `SELECT DISTINCT snapshot_id FROM feed_exposure
     WHERE ($1::timestamptz IS NULL OR served_at >= $1) AND served_at <= $2`,
    [since, new Date(now)],
  );
  return rows.map(({ snapshot_id }) => snapshot_id);
}

/** The last position of the next batch that was recorded long enough ago. */
async function settledPosition(client: PoolClient, from: number, now: number): Promise<number> {
  const [row] = await readRows<{ position: number | null }>(
    client,
    'SELECT max(position) AS position FROM activity_log WHERE position > $1 AND position <= $2 AND recorded_at <= $3',
    [from, from + BATCH, new Date(now - SETTLE_MS)],
  );
  return row?.position ?? from;
}

/** Writes what answers a feed. Returns the ranked feed of each of these activities. */
async function findOutcomes(client: PoolClient, from: number, until: number): Promise<readonly string[]> {
  const rows = await readRows<{ snapshot_id: string }>(
    client,
    `INSERT INTO feed_outcome (position, snapshot_id, rank, user_id, kind, outcome, dwell_seconds)
     SELECT activity.position, given.snapshot_id, given.rank, activity.actor_id, activity.kind, known.outcome,
            activity.duration_seconds
     FROM activity_log AS activity
     JOIN unnest($3::text[], $4::text[]) AS known (kind, outcome) ON known.kind = activity.kind
     JOIN LATERAL (
       SELECT snapshot_id, rank FROM feed_exposure
       WHERE user_id = activity.actor_id AND content = activity.object
         AND served_at <= least(activity.recorded_at, activity.effective_at + $5 * interval '1 millisecond')
         AND served_at >= activity.effective_at - $6 * interval '1 millisecond'
       ORDER BY served_at DESC, snapshot_id, rank LIMIT 1
     ) AS given ON true
     WHERE activity.position > $1 AND activity.position <= $2
     ON CONFLICT (position) DO NOTHING
     RETURNING snapshot_id`,
    [from, until, [...OUTCOMES.keys()], [...OUTCOMES.values()], CLOCK_SKEW_MS, WINDOW_MS],
  );
  return rows.map(({ snapshot_id }) => snapshot_id);
}

/** Rows that one statement deletes. */
const DELETED_AT_ONCE = 5_000;

/** Returns how many items of feeds were deleted. */
async function deleteOld(pool: Pool, now: number): Promise<number> {
  const startOfDay = (ms: number): Date => new Date(Math.floor(ms / DAY_MS) * DAY_MS);
  const given = startOfDay(now - EXPOSURES_KEPT_MS);
  const deleted = await deleteInBatches(pool, 'feed_exposure', 'served_at < $1', given);
  // Sums of these hours by rank are in their days, which are not taken anew any more.
  await deleteInBatches(pool, 'feed_metric', `grain = 'hour' AND rank > 0 AND starts_at < $1`, given);
  await deleteInBatches(pool, 'feed_metric_content', 'starts_at < $1', given);
  const performance = startOfDay(now - PERFORMANCE_KEPT_MS);
  await deleteInBatches(pool, 'feed_performance_metric', '"timestamp" < $1', performance);
  return deleted;
}

async function deleteInBatches(
  pool: Pool,
  table: 'feed_exposure' | 'feed_metric' | 'feed_metric_content' | 'feed_performance_metric',
  where: string,
  before: Date,
): Promise<number> {
  for (let deleted = 0; ; ) {
    const gone = await readRows(
      pool,
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${where} LIMIT $2)) RETURNING 1`,
      [before, DELETED_AT_ONCE],
    );
    deleted += gone.length;
    if (gone.length < DELETED_AT_ONCE) {
      return deleted;
    }
  }
}
