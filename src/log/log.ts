import type { Pool } from 'pg';
import type { FoldRow } from '../activity/fold-row.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { MONTHS_AHEAD } from './append/commit-batch.ts';
import { ensurePartitions } from './append/partitions.ts';
import type { Patience } from './append/stuck-writer.ts';
import type { AppendResult, Submission } from './append/submission.ts';
import { createWriter } from './append/writer.ts';
import { readPrepared } from './database.ts';
import { logFailure } from './failures.ts';
import { readFoldRows } from './read/fold-rows.ts';
import { type Listening, listenToAppends } from './read/listen.ts';

export type { AppendResult, Submission } from './append/submission.ts';

/** The log of activities in Postgres. */
export interface ActivityLog {
  /**
   * Writes activities in their order and answers in the same order, after the commit (law 1). An activity whose id is
   * known already changes nothing (law 2).
   *
   * Rejects with `LOG_UNAVAILABLE` or `LOG_OVERLOADED`; the same activities may then be sent again.
   */
  append(submissions: readonly Submission[]): Promise<readonly AppendResult[]>;
  /** Newest position; 0 when the log is empty. */
  head(): Promise<number>;
  /** Rows `after + 1`, `after + 2` … in order, at most `limit`. Erased rows have no signals. */
  readFoldRows(after: number, limit: number): Promise<readonly FoldRow[]>;
  /** Newest position of what this person did; 0 when there is none. */
  headOf(actorId: string): Promise<number>;
  /** Calls back with the newest position: after appends of this process at once, after those of others by NOTIFY. */
  listen(onAppended: (position: number) => void): () => void;
  /** Makes the monthly partitions of the audit tables for this month and the next ones. */
  ensurePartitions(): Promise<void>;
  close(): Promise<void>;
}

export interface LogOptions {
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Store addresses without their last part. */
  readonly anonymizeIp: boolean;
  /** Keys the digests of who was erased; the same in every process. */
  readonly erasureKey?: string;
  /** How long the append lock is waited for before a writer that is stuck is ended. */
  readonly patience?: Patience;
}

/** Opens the log; the schema must be current. */
export async function openLog(options: LogOptions): Promise<ActivityLog> {
  const { pool, databaseUrl, logger } = options;
  await coverMonths(pool, options.clock.now());
  const listeners = new Set<(position: number) => void>();
  let announced = 0;
  let listening: Listening | undefined;

  const announce = (position: number): void => {
    if (position > announced) {
      announced = position;
      for (const listener of listeners) {
        try {
          listener(position);
        } catch (error) {
          // The rows are committed; who appended them must hear so whatever a listener does.
          logger.error({ err: error }, 'A listener to appends failed');
        }
      }
    }
  };
  const head = (): Promise<number> => readNumber(pool, 'SELECT max(position) AS value FROM activity_log', []);
  const writer = createWriter({ ...options, onCommitted: announce });

  return {
    append: (submissions) => writer.append(submissions),
    head,
    readFoldRows: (after, limit) => readFoldRows(pool, after, limit),
    headOf: (actorId) =>
      readNumber(pool, 'SELECT max(position) AS value FROM activity_log WHERE actor_id = $1', [actorId]),
    listen(onAppended) {
      listeners.add(onAppended);
      listening ??= listenToAppends({ databaseUrl, logger, readHead: head, onHead: announce });
      return () => listeners.delete(onAppended);
    },
    ensurePartitions: () => coverMonths(pool, options.clock.now()),
    async close() {
      await writer.close();
      await listening?.close();
    },
  };
}

async function coverMonths(pool: Pool, now: number): Promise<void> {
  const client = await pool.connect().catch((error: unknown) => {
    throw logFailure(error);
  });
  try {
    await client.query('BEGIN');
    await ensurePartitions(client, now, MONTHS_AHEAD);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(true);
    throw logFailure(error);
  }
}

async function readNumber(pool: Pool, text: string, values: readonly unknown[]): Promise<number> {
  const [row] = await readPrepared<{ value: number | null }>(pool, text, values);
  return row?.value ?? 0;
}
