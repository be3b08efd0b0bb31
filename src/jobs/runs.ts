import type { Pool, PoolClient } from 'pg';
import { type Clock, HOUR_MS } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { logFailure } from '../log/failures.ts';
import { restAsLong } from '../signals/rest.ts';
import type { Job } from './job.ts';

/** First key of the advisory locks of jobs; the second is the hash of the job's name. */
const JOB_LOCKS = 7_074_002;
/** Progress that began longer ago is dropped: what was done then is due again. */
const PROGRESS_KEPT_MS = 6 * HOUR_MS;

export interface RunPorts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of every run that ended, and at the start of when each job last ended well. */
  readonly observe?: JobObserver;
}

export interface JobObserver {
  ended(job: string, status: 'succeeded' | 'failed', durationMs: number): void;
  /** `at` in milliseconds since the epoch. */
  succeeded(job: string, at: number): void;
}

export type RunOutcome =
  | { readonly status: 'succeeded'; readonly run: number; readonly result: unknown }
  | { readonly status: 'failed'; readonly run: number; readonly error: string }
  /** Another process runs this job now, or has run it for this fire. */
  | { readonly status: 'skipped'; readonly because: 'running' | 'done' };

export interface RunOptions {
  /** Ends the run where its progress is next kept, or where the job looks at it. */
  readonly signal?: AbortSignal;
  /** Passes over what a run before this one kept of its progress. */
  readonly afresh?: boolean;
  /** Told the number of the run when it begins. */
  readonly onBegin?: (run: number) => void;
}

/** What is recorded of a run that a process ended when it stopped. */
export const STOPPED = 'The process is stopping; the next run goes on here.';

/** What `job_run.progress` holds. */
interface KeptProgress {
  /** When the run began that did the first of it, in milliseconds since the epoch. */
  readonly since: number;
  readonly reached: unknown;
}

/**
 * Runs a job once, records the run in `job_run`, and returns how it ended; a job that fails is a value and no exception.
 *
 * One process at a time runs a job: it holds an advisory lock, which Postgres takes away from a process that dies. A
 * run that is still marked as running when we have the lock was therefore cut off. It is closed, and what it kept of
 * its progress is handed to this run, unless that began more than six hours ago or `afresh` is asked for.
 * `scheduledFor` (milliseconds since the epoch) names a fire, for which there is one run across all processes; null is
 * a run by hand.
 *
 * @throws AppError `LOG_UNAVAILABLE` where the run cannot be recorded
 */
export async function runOnce(
  ports: RunPorts,
  job: Job,
  scheduledFor: number | null,
  options: RunOptions = {},
): Promise<RunOutcome> {
  try {
    return await runWithLock(ports, job, scheduledFor, options);
  } catch (error) {
    throw logFailure(error);
  }
}

async function runWithLock(
  ports: RunPorts,
  job: Job,
  scheduledFor: number | null,
  options: RunOptions,
): Promise<RunOutcome> {
  const client = await ports.pool.connect();
  // Whatever fails before the lock is given back: the session ends, and the lock with it.
  let clean = false;
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked',
      [JOB_LOCKS, job.name],
    );
    if (rows[0]?.locked !== true) {
      clean = true;
      return { status: 'skipped', because: 'running' };
    }
    try {
      return await runLocked(ports, client, job, scheduledFor, options);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [JOB_LOCKS, job.name]);
      clean = true;
    }
  } finally {
    client.release(!clean);
  }
}

async function runLocked(
  ports: RunPorts,
  client: PoolClient,
  job: Job,
  scheduledFor: number | null,
  { signal = new AbortController().signal, afresh = false, onBegin }: RunOptions,
): Promise<RunOutcome> {
  const now = ports.clock.now();
  const unfinished = await unfinishedProgress(client, job.name, now);
  const kept = afresh ? undefined : unfinished;
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO job_run (job, scheduled_for, started_at, status, progress)
     VALUES ($1, $2, $3, 'running', $4)
     ON CONFLICT ON CONSTRAINT job_run_fire DO NOTHING
     RETURNING id`,
    [job.name, scheduledFor === null ? null : new Date(scheduledFor), new Date(now), json(kept)],
  );
  const run = rows[0]?.id;
  if (run === undefined) {
    return { status: 'skipped', because: 'done' };
  }
  onBegin?.(run);
  const saveProgress = async (reached: unknown): Promise<void> => {
    const progress: KeptProgress = { since: kept?.since ?? now, reached };
    await client.query('UPDATE job_run SET progress = $2 WHERE id = $1', [run, json(progress)]);
    signal.throwIfAborted();
  };
  const started = performance.now();
  try {
    const result = await job.run({ now, progress: kept?.reached, saveProgress, rest: restAsLong, signal });
    await finish(ports, client, run, 'succeeded', result, null);
    ports.observe?.ended(job.name, 'succeeded', performance.now() - started);
    ports.observe?.succeeded(job.name, ports.clock.now());
    return { status: 'succeeded', run, result };
  } catch (failure) {
    const error = signal.aborted ? STOPPED : failure instanceof Error ? failure.message : String(failure);
    ports.logger.error({ job: job.name, run, err: failure }, 'a job failed');
    ports.observe?.ended(job.name, 'failed', performance.now() - started);
    await finish(ports, client, run, 'failed', null, error);
    return { status: 'failed', run, error };
  }
}

/** Closes runs that were cut off, and returns how far the last run was if it did not end well and that is not old. */
async function unfinishedProgress(client: PoolClient, job: string, now: number): Promise<KeptProgress | undefined> {
  await client.query(
    `UPDATE job_run SET status = 'failed', finished_at = $2, error = 'The process that ran it ended; the next run goes on.'
     WHERE job = $1 AND status = 'running'`,
    [job, new Date(now)],
  );
  const { rows } = await client.query<{ status: string; progress: KeptProgress | null }>(
    'SELECT status, progress FROM job_run WHERE job = $1 ORDER BY started_at DESC, id DESC LIMIT 1',
    [job],
  );
  const { status, progress } = rows[0] ?? {};
  return status === 'failed' && progress != null && progress.since >= now - PROGRESS_KEPT_MS ? progress : undefined;
}

async function finish(
  ports: RunPorts,
  client: PoolClient,
  run: number,
  status: 'succeeded' | 'failed',
  result: unknown,
  error: string | null,
): Promise<void> {
  await client.query('UPDATE job_run SET status = $2, finished_at = $3, result = $4, error = $5 WHERE id = $1', [
    run,
    status,
    new Date(ports.clock.now()),
    json(result),
    error,
  ]);
}

function json(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

/** @throws AppError `NOT_FOUND` naming the jobs there are */
export function jobNamed(jobs: readonly Job[], name: string): Job {
  const job = jobs.find((candidate) => candidate.name === name);
  if (job === undefined) {
    throw new AppError(
      'NOT_FOUND',
      `No job is called ${name}; there are ${jobs.map((known) => known.name).join(', ')}`,
    );
  }
  return job;
}
