import type { Pool } from 'pg';
import { DAY_MS } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { readRows } from '../log/database.ts';
import type { Job } from './job.ts';
import { STOPPED } from './runs.ts';

/** How long the run history is kept. */
const KEPT_MS = 90 * DAY_MS;

/** One run of a job. Times in milliseconds since the epoch. */
export interface JobRun {
  readonly run: number;
  readonly job: string;
  /** The fire that it answered; null for a run by hand. */
  readonly scheduledFor: number | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly status: 'running' | 'succeeded' | 'failed';
  readonly result: unknown;
  readonly error: string | null;
}

interface Row {
  readonly id: number;
  readonly job: string;
  readonly scheduled_for: Date | null;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly status: JobRun['status'];
  readonly result: unknown;
  readonly error: string | null;
}

const COLUMNS = 'id, job, scheduled_for, started_at, finished_at, status, result, error';

/** The last `limit` runs, newest first: of one job, or of all, also of those that are not in the table any more. */
export async function listRuns(
  pool: Pool,
  { job, limit }: { readonly job: string | undefined; readonly limit: number },
): Promise<readonly JobRun[]> {
  const rows = await readRows<Row>(
    pool,
    `SELECT ${COLUMNS} FROM job_run
     WHERE $1::text IS NULL OR job = $1
     ORDER BY started_at DESC, id DESC LIMIT $2`,
    [job ?? null, limit],
  );
  return rows.map(runOf);
}

/** A run of a job by its number, or its newest one; undefined when there is none. */
export async function readRun(pool: Pool, job: string, run: number | 'newest'): Promise<JobRun | undefined> {
  const [row] = await readRows<Row>(
    pool,
    `SELECT ${COLUMNS} FROM job_run WHERE job = $1 AND ($2::bigint IS NULL OR id = $2)
     ORDER BY started_at DESC, id DESC LIMIT 1`,
    [job, run === 'newest' ? null : run],
  );
  return row === undefined ? undefined : runOf(row);
}

/**
 * Begins a job, unless it runs already here or elsewhere; returns the run that does it.
 *
 * @throws AppError `LOG_UNAVAILABLE` when no run can be found, `NOT_FOUND` for a job that there is not.
 */
export async function beginOrJoin(
  pool: Pool,
  scheduler: { beginJob(name: string): Promise<number | null> },
  job: string,
): Promise<JobRun> {
  const run = await readRun(pool, job, (await scheduler.beginJob(job)) ?? 'newest');
  if (run === undefined) {
    throw new AppError('LOG_UNAVAILABLE', `The job ${job} could not be begun.`);
  }
  return run;
}

export interface JobListing {
  readonly name: string;
  readonly schedule: string;
  readonly description: string;
  readonly lastRun: Pick<JobRun, 'startedAt' | 'finishedAt' | 'status' | 'result' | 'error'> | null;
}

/** All jobs in the order of the table, each with its newest run. */
export async function listJobs(pool: Pool, jobs: readonly Job[]): Promise<readonly JobListing[]> {
  const rows = await readRows<Row>(
    pool,
    `SELECT DISTINCT ON (job) ${COLUMNS} FROM job_run WHERE job = ANY ($1)
     ORDER BY job, started_at DESC, id DESC`,
    [jobs.map((job) => job.name)],
  );
  const newest = new Map(rows.map((row) => [row.job, runOf(row)]));
  return jobs.map(({ name, schedule, description }) => {
    const run = newest.get(name);
    if (run === undefined) {
      return { name, schedule, description, lastRun: null };
    }
    const { startedAt, finishedAt, status, result, error } = run;
    return { name, schedule, description, lastRun: { startedAt, finishedAt, status, result, error } };
  });
}

/** How a job fared up to now. Times in milliseconds. */
interface LastTimes {
  readonly startedAt: number;
  readonly succeededAt: number | null;
  /** Whether its newest run was cut off: its process stopped, or died (or is at work still; who asks cannot know). */
  readonly cutOff: boolean;
}

/** When each job last began and last ended well, by name; jobs that never ran are left out. */
export async function lastTimes(pool: Pool, jobs: readonly Job[]): Promise<ReadonlyMap<string, LastTimes>> {
  const rows = await readRows<{ job: string; started_at: Date; succeeded_at: Date | null; cut_off: boolean }>(
    pool,
    `SELECT job, max(started_at) AS started_at, max(finished_at) FILTER (WHERE status = 'succeeded') AS succeeded_at,
       (array_agg(status = 'running' OR status = 'failed' AND error = $2 ORDER BY started_at DESC, id DESC))[1] AS cut_off
     FROM job_run WHERE job = ANY ($1) GROUP BY job`,
    [jobs.map((job) => job.name), STOPPED],
  );
  return new Map(
    rows.map((row) => [
      row.job,
      {
        startedAt: row.started_at.getTime(),
        succeededAt: row.succeeded_at?.getTime() ?? null,
        cutOff: row.cut_off,
      },
    ]),
  );
}

/**
 * Deletes runs that began more than 90 days ago, but not the newest run of a job: a job that is due once a year would
 * otherwise look as if it had never run, and a missed fire could not be made up for. Returns how many were deleted.
 */
export async function deleteOldRuns(pool: Pool, now: number): Promise<number> {
  const gone = await readRows(
    pool,
    `DELETE FROM job_run AS old WHERE started_at < $1
       AND EXISTS (
         SELECT FROM job_run AS newer
         WHERE newer.job = old.job AND (newer.started_at, newer.id) > (old.started_at, old.id))
     RETURNING 1`,
    [new Date(now - KEPT_MS)],
  );
  return gone.length;
}

function runOf(row: Row): JobRun {
  return {
    run: row.id,
    job: row.job,
    scheduledFor: row.scheduled_for?.getTime() ?? null,
    startedAt: row.started_at.getTime(),
    finishedAt: row.finished_at?.getTime() ?? null,
    status: row.status,
    result: row.result,
    error: row.error,
  };
}
