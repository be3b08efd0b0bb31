import type { Pool, PoolClient } from 'pg';
import type { Change, Structure } from '../../activity/fold-row.ts';
import { AUDIT_TABLES } from '../../activity/kinds.ts';
import type { Ranking } from '../../activity/ranking.ts';
import type { Reference } from '../../activity/reference.ts';
import { beginAppend } from '../append/begin-append.ts';
import { appendOwnRow } from '../append/own-row.ts';
import type { Head } from '../append/write-batch.ts';
import { ERASED_KIND, isClearing, mergedRanges, rangesOf } from '../chain/clearing.ts';
import type { FoldPart } from '../chain/fold-part.ts';
import { FOLD_COLUMNS, type FoldRecord, foldPartOf } from '../chain/fold-record.ts';
import { readRows } from '../database.ts';
import type { PendingErasure } from './pending.ts';
import { changesOf, describedBy, residueOf, tracesOf } from './residue.ts';

/** Rows in one transaction, so that nobody waits long for the append lock. */
const ROWS_AT_ONCE = 500;
/** Positions that one statement looks through. */
const POSITIONS_AT_ONCE = 200_000;

export interface ClearingOptions {
  readonly ranking: Ranking;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Clears every row of the log up to `until` that names the person or their content, with its audit rows. What others did
 * and what was told in the same rows is stated again by the row that says what was cleared. May be cut off at any moment
 * and called again.
 */
export async function clearLog(
  pool: Pool,
  erasure: PendingErasure,
  { until, ...options }: ClearingOptions & { readonly until: number },
): Promise<void> {
  for (let from = 0; from < until; from += POSITIONS_AT_ONCE) {
    const to = Math.min(until, from + POSITIONS_AT_ONCE);
    for (;;) {
      const positions = await namedRows(pool, erasure, from, to);
      if (positions.length === 0) {
        break;
      }
      await behindLock(pool, (client, head) => clearRows(client, head, { erasure, positions, ...options }));
    }
  }
}

/** Rows within a stretch that name the person or their content, at most as many as are cleared at once. */
async function namedRows(pool: Pool, erasure: PendingErasure, from: number, to: number): Promise<readonly number[]> {
  const rows = await readRows<{ position: number }>(
    pool,
    `SELECT position FROM activity_log
     WHERE position > $1 AND position <= $2 AND fold_salt IS NOT NULL AND (
       actor_id = $3 OR target_id = $3 OR author_id = $3 OR object = ANY($4)
       OR structure ->> 'author' = $3 OR structure ->> 'object' = ANY($4) OR structure ->> 'replyTo' = ANY($4)
       OR takes_back IS NOT NULL AND EXISTS (
         SELECT FROM jsonb_array_elements(takes_back) AS signal
         WHERE $3 IN (signal ->> 'person', signal ->> 'target', signal ->> 'author') OR signal ->> 'content' = ANY($4))
       OR changes IS NOT NULL AND EXISTS (
         SELECT FROM jsonb_array_elements(changes) AS change
         WHERE change ->> 'from' = $3 OR change ->> 'edge' IN ('CONNECTED', 'ALIAS') AND change ->> 'to' = $3
           OR change ->> 'edge' = 'SUPPRESSED' AND change ->> 'to' = ANY($4))
       OR concat_ws(' ', object, community_id, array_to_string(tags, ' '), structure ->> 'object', structure ->> 'replyTo',
         structure ->> 'community', structure ->> 'tags',
         (SELECT string_agg(concat_ws(' ', signal ->> 'content', signal ->> 'tags'), ' ')
          FROM jsonb_array_elements(takes_back) AS signal),
         (SELECT string_agg(change ->> 'to', ' ') FROM jsonb_array_elements(changes) AS change)) ~ $5
     )
     ORDER BY position LIMIT $6`,
    [from, to, erasure.person, erasure.references, erasure.needle, ROWS_AT_ONCE],
  );
  return rows.map(({ position }) => position);
}

/** Runs `work` in a transaction that holds the append lock and begins at the newest row. */
export async function behindLock<T>(pool: Pool, work: (client: PoolClient, head: Head) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const result = await work(client, await beginAppend(client));
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

interface Work extends ClearingOptions {
  readonly erasure: PendingErasure;
  readonly positions: readonly number[];
}

async function clearRows(client: PoolClient, head: Head, work: Work): Promise<void> {
  const { erasure, positions, ranking, now } = work;
  const parts = await readParts(client, positions);
  await keepTraces(client, erasure.id, parts, ranking);
  await client.query(
    `UPDATE activity_log SET kind = $2, actor_id = NULL, object = NULL, target_id = NULL, community_id = NULL,
       effective_at = recorded_at, from_future = false, duration_seconds = NULL, scroll_depth_percentage = NULL,
       position_seconds = NULL, author_id = NULL, tags = NULL, counts = false, takes_back = NULL, changes = NULL,
       structure = NULL, sent_digest = NULL, fold_salt = NULL, audit_salt = NULL
     WHERE position = ANY($1)`,
    [positions, ERASED_KIND],
  );
  await client.query('DELETE FROM dead_letter WHERE position = ANY($1)', [positions]);
  const auditRows = await deleteAudit(client, positions);
  const cleared = rangesOf(positions);
  // A row of an earlier erasure may state again what this person did: what it lists is listed on.
  const listed = parts.flatMap(({ changes }) => (changes ?? []).filter(isClearing));
  const clears = {
    log: mergedRanges([...cleared, ...listed.flatMap(({ log }) => log)]),
    audit: mergedRanges([...cleared, ...listed.flatMap(({ audit }) => audit)]),
  };
  let newest = await appendOwnRow(
    client,
    head,
    {
      kind: 'erase',
      clears,
      takesBack: parts
        .flatMap((part) => residueOf(part, erasure))
        .map((signal) => ({ ...signal, sign: signal.sign === 1 ? -1 : 1 })),
    },
    now,
  );
  for (const part of parts) {
    const changes = await stillHolding(client, part, changesOf(part, erasure));
    if (changes.length > 0) {
      newest = await appendOwnRow(client, newest, { kind: 'erase', changes }, now);
    }
  }
  for (const structure of await structuresOf(
    client,
    parts.map((part) => describedBy(part, erasure)),
  )) {
    newest = await appendOwnRow(client, newest, { kind: 'erase', structure }, now);
  }
  await noteCleared(client, erasure.id, { position: newest.position, logRows: positions.length, auditRows });
}

/** Of the facts that a row stated, those of which nothing later says otherwise. Of two ids becoming one nothing can. */
async function stillHolding(client: PoolClient, { uid }: FoldPart, changes: readonly Change[]): Promise<Change[]> {
  const holding: Change[] = [];
  for (const change of changes) {
    const { edge, from, to } = change;
    const aspect = 'fact' in change ? { fact: change.fact } : 'reason' in change ? { reason: change.reason } : {};
    const later = await readRows(
      client,
      `SELECT FROM activity_log WHERE position > (SELECT position FROM activity_log WHERE uid = $1)
         AND changes @> $2::jsonb LIMIT 1`,
      [uid, JSON.stringify([{ edge, from, to, ...aspect }])],
    );
    if (edge === 'ALIAS' || later.length === 0) {
      holding.push(change);
    }
  }
  return holding;
}

async function readParts(client: PoolClient, positions: readonly number[]): Promise<readonly FoldPart[]> {
  const rows = await readRows<FoldRecord>(
    client,
    `SELECT ${FOLD_COLUMNS} FROM activity_log WHERE position = ANY($1) AND fold_salt IS NOT NULL ORDER BY position`,
    [positions],
  );
  return rows.map(foldPartOf);
}

async function keepTraces(client: PoolClient, id: number, parts: readonly FoldPart[], ranking: Ranking): Promise<void> {
  const traces = parts.flatMap((part) => tracesOf(part, ranking));
  await client.query(
    `INSERT INTO erasure_trace (erasure_id, edge, from_id, to_id)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`,
    [id, traces.map(({ edge }) => edge), traces.map(({ from }) => from), traces.map(({ to }) => to)],
  );
}

/** Deletes the audit rows of activities; how many that were. */
export async function deleteAudit(client: PoolClient, positions: readonly number[]): Promise<number> {
  let deleted = 0;
  for (const table of AUDIT_TABLES) {
    const { rowCount } = await client.query(`DELETE FROM ${table} WHERE id = ANY($1)`, [positions]);
    deleted += rowCount ?? 0;
  }
  return deleted;
}

/** Content and communities as the catalogue describes them now. */
async function structuresOf(client: PoolClient, objects: readonly (Reference | null)[]): Promise<readonly Structure[]> {
  // Keys in order: such an object is its own canonical form.
  return await readRows<Structure & Record<string, unknown>>(
    client,
    `SELECT author_id AS author, community_id AS community,
       floor(extract(epoch FROM created_at) * 1000)::float8 AS "createdAt",
       floor(extract(epoch FROM deleted_at) * 1000)::float8 AS "deletedAt",
       reference AS object, reply_to AS "replyTo", tags, visibility
     FROM content WHERE reference = ANY($1) ORDER BY reference`,
    [[...new Set(objects.filter((object) => object !== null))]],
  );
}

/** Adds to what an erasure says of itself. */
export async function noteCleared(
  client: PoolClient,
  id: number,
  cleared: { readonly position: number; readonly logRows: number; readonly auditRows: number },
): Promise<void> {
  await client.query(
    `UPDATE erasure SET position = $2, log_rows = log_rows + $3, audit_rows = audit_rows + $4 WHERE id = $1`,
    [id, cleared.position, cleared.logRows, cleared.auditRows],
  );
}
