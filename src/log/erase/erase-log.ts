import type { Pool } from 'pg';
import { readRows } from '../database.ts';
import { clearAudit } from './clear-audit.ts';
import { behindLock, type ClearingOptions, clearLog } from './clear-log.ts';
import { clearTables } from './clear-tables.ts';
import type { PendingErasure } from './pending.ts';

/**
 * Phases 2 to 4 of an erasure: clears the person out of Postgres. May be cut off at any moment and called again.
 *
 * 2. TABLES. First of all what others could still take back, so that no row of the log is written from it any more.
 * 3. LOG. Every row that names the person or their content. Behind the lock nobody is in the midst of writing one, and
 *    after it nobody begins to: so the rows up to the newest of now are all there are.
 * 4. AUDIT. What others wrote of the person in their own words.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function eraseFromLog(pool: Pool, erasure: PendingErasure, options: ClearingOptions): Promise<void> {
  await clearTables(pool, erasure);
  const until = await behindLock(pool, async (_client, head) => head.position);
  await clearLog(pool, erasure, { ...options, until });
  await clearAudit(pool, erasure, { until, now: options.now });
}

/** The last phase: what came in meanwhile goes, and nothing says any more who it was. */
export async function finishErasure(pool: Pool, erasure: PendingErasure, now: number): Promise<void> {
  await clearTables(pool, erasure);
  await someAtATime("content WHERE author_id = $1 AND type <> 'community'", async (text) =>
    behindLock(pool, async (client) => (await client.query(text, [erasure.person])).rowCount),
  );
  await someAtATime(
    'erasure_trace WHERE erasure_id = $1',
    async (text) => (await readRows(pool, text, [erasure.id])).length,
  );
  await behindLock(pool, async (client) => {
    await client.query('UPDATE erasure SET pending = NULL, finished_at = $2 WHERE id = $1', [
      erasure.id,
      new Date(now),
    ]);
  });
}

const ROWS_AT_ONCE = 5_000;

/** Deletes rows in batches until there are none. Names of tables and columns are ours, never input. */
async function someAtATime(which: string, remove: (text: string) => Promise<number | null>): Promise<void> {
  const [table = ''] = which.split(' ');
  const text = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${which} LIMIT ${ROWS_AT_ONCE})) RETURNING 1`;
  while ((await remove(text)) !== 0) {
    // Each batch is a transaction of its own.
  }
}
