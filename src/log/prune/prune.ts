import type { Pool, PoolClient } from 'pg';
import { DAY_MS } from '../../core/clock.ts';
import { beginAppend } from '../append/begin-append.ts';
import { appendOwnRow } from '../append/own-row.ts';
import { monthOf, partitionsOf } from '../append/partitions.ts';
import { readRows } from '../database.ts';
import { logFailure } from '../failures.ts';
import { positionAtSql } from '../read/position-at.ts';

/** Whoever holds a table for longer than this keeps its old partitions for another day. */
const LOCK_TIMEOUT = '5s';
/** So many salts are cleared in one statement. */
const SALTS_AT_ONCE = 5_000;

export interface Pruned {
  /** The partitions that went, by name. */
  readonly partitions: readonly string[];
  /** Rows of the log whose audit rows went now. */
  readonly activities: number;
  /** Position of the row of the log that says so; null: nothing went. */
  readonly position: number | null;
}

/**
 * Lets the audit rows go that are older than so many days, partition by partition: a month goes when its last day is old
 * enough. One row of the log says of which positions. The log itself stays, and with it the graph and every id.
 *
 * The partitions and the row of the log go in one transaction; the salts of what went are cleared after it, and by the next
 * run where this one is cut off.
 *
 * @param options.days - `PRUNE_AFTER_DAYS`.
 * @throws AppError `LOG_UNAVAILABLE`, also when a table is in use for too long; nothing went then.
 */
export async function pruneAudit(
  pool: Pool,
  options: { readonly now: number; readonly days: number },
): Promise<Pruned> {
  const olderThan = startOfMonth(options.now - options.days * DAY_MS);
  try {
    const pruned = await dropOldPartitions(pool, olderThan, options.now);
    await clearSalts(pool);
    return pruned;
  } catch (error) {
    throw logFailure(error);
  }
}

/** A month goes as a whole, so what counts is where the month of the limit begins. */
function startOfMonth(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

async function dropOldPartitions(pool: Pool, olderThan: number, now: number): Promise<Pruned> {
  const client = await pool.connect();
  try {
    const head = await beginAppend(client);
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    const old = (await partitionsOf(client)).filter(({ month }) => month < monthOf(olderThan));
    if (old.length === 0) {
      await client.query('ROLLBACK');
      client.release();
      return { partitions: [], activities: 0, position: null };
    }
    const audit = await prunedRange(client, olderThan);
    for (const { name } of old) {
      // A name of ours; DDL takes no parameters.
      await client.query(`DROP TABLE ${name}`);
    }
    const row =
      audit === undefined
        ? undefined
        : await appendOwnRow(client, head, { kind: 'prune', clears: { audit: [audit], log: [] } }, now);
    await client.query('COMMIT');
    client.release();
    return {
      partitions: old.map(({ name }) => name),
      activities: audit === undefined ? 0 : audit[1] - audit[0] + 1,
      position: row?.position ?? null,
    };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release(true);
    throw error;
  }
}

/** The positions that were received before a time, after those that went before. Times of receipt never go back. */
async function prunedRange(client: PoolClient, olderThan: number): Promise<readonly [number, number] | undefined> {
  const [row] = await readRows<{ last: number; before: number }>(
    client,
    `SELECT ${positionAtSql('$1::timestamptz')} - 1 AS last, coalesce((
       SELECT max((range ->> 1)::bigint)
       FROM activity_log, jsonb_array_elements(changes) AS clearing, jsonb_array_elements(clearing -> 'audit') AS range
       WHERE kind IN ('erase', 'prune') AND kind = 'prune'
     ), 0) AS before`,
    [new Date(olderThan)],
  );
  return row === undefined || row.last <= row.before ? undefined : [row.before + 1, row.last];
}

/** Of what went last, and the time before where that run was cut off, not even a guess can be confirmed any more. */
async function clearSalts(pool: Pool): Promise<void> {
  const ranges = await readRows<{ first: number; last: number }>(
    pool,
    `SELECT (range ->> 0)::bigint AS first, (range ->> 1)::bigint AS last
     FROM activity_log, jsonb_array_elements(changes) AS clearing, jsonb_array_elements(clearing -> 'audit') AS range
     WHERE kind IN ('erase', 'prune') AND kind = 'prune' ORDER BY position DESC LIMIT 2`,
  );
  for (const { first, last } of ranges) {
    for (let from = first; from <= last; from += SALTS_AT_ONCE) {
      const until = Math.min(last, from + SALTS_AT_ONCE - 1);
      await pool.query(
        'UPDATE activity_log SET audit_salt = NULL WHERE position BETWEEN $1 AND $2 AND audit_salt IS NOT NULL',
        [from, until],
      );
    }
  }
}
