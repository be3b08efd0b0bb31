import pg from 'pg';
import type { Logger } from '../../core/logger.ts';
import { clientConfig } from '../database.ts';
import { APPEND_LOCK } from './append-lock.ts';

/** The name by which writers know each other in pg_stat_activity. */
export const WRITER_NAME = 'activity-graph writer';

export interface Patience {
  /** How long a batch waits before it looks for who holds the lock. */
  readonly waitMs: number;
  /** How old the transaction of a holder is that is ended; no batch of a process that runs takes so long. */
  readonly holderMs: number;
}

const PATIENCE: Patience = { waitMs: 10_000, holderMs: 60_000 };

interface Watching {
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly patience?: Patience;
}

/**
 * Watches over a batch until the returned function is called. A writer whose process is frozen in the midst of a COPY
 * keeps the append lock, since no timeout of Postgres ends a COPY that waits for its client. Whoever waits too long for
 * the lock therefore ends a writer that has held it for too long.
 The watched batch
 * itself has no transaction that is so old.
 */
export function watchLock({ databaseUrl, logger, patience = PATIENCE }: Watching, watched: pg.Client): () => void {
  // The driver knows it, but its types do not.
  const own: unknown = Reflect.get(watched, 'processID');
  let looking = false;
  const timer = setInterval(() => {
    if (!looking) {
      looking = true;
      endHolder(databaseUrl, own, patience.holderMs)
        .then(
          (ended) =>
            ended.length > 0 && logger.error({ ended }, 'A writer that held the append lock for too long was ended'),
          (error: unknown) => logger.warn({ err: error }, 'The holder of the append lock could not be looked up'),
        )
        .finally(() => {
          looking = false;
        });
    }
  }, patience.waitMs);
  return () => clearInterval(timer);
}

async function endHolder(databaseUrl: string, own: unknown, holderMs: number): Promise<readonly number[]> {
  const client = new pg.Client({ ...clientConfig(databaseUrl), statement_timeout: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // Two statements: as a condition of the first, the ending might be tried on those whom the others leave out.
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1 AND objsubid = 1
         AND datname = current_database() AND pg_locks.database = datid
         AND application_name = $2 AND xact_start < clock_timestamp() - make_interval(secs => $3)
         AND pid IS DISTINCT FROM $4::int`,
      [APPEND_LOCK, WRITER_NAME, holderMs / 1_000, own ?? null],
    );
    const pids = rows.map(({ pid }) => pid);
    await client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS holder (pid)', [pids]);
    return pids;
  } finally {
    await client.end().catch(() => undefined);
  }
}
