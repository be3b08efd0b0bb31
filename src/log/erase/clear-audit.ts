import type { Pool } from 'pg';
import { AUDIT_TABLES, type AuditTable } from '../../activity/kinds.ts';
import { appendOwnRow } from '../append/own-row.ts';
import { rangesOf } from '../chain/clearing.ts';
import { readRows } from '../database.ts';
import { behindLock, deleteAudit, noteCleared } from './clear-log.ts';
import { ownReferences, wholeWord } from './names.ts';
import type { PendingErasure } from './pending.ts';

const ROWS_AT_ONCE = 1_000;
const POSITIONS_AT_ONCE = 200_000;

/** Under such keys of metadata a short id is a person's; under others it may be any number. */
const PERSONAL_KEYS = 'user|author|owner|actor|person|people|member|sender|recipient|target|friend|follower|mention|by';

/**
 * Deletes the audit rows up to `until` that name the person in what others wrote: their id in metadata, their name or one of
 * their addresses. What the log itself holds of those activities stays, and with it the graph.
 */
export async function clearAudit(
  pool: Pool,
  erasure: PendingErasure,
  { until, now }: { readonly until: number; readonly now: number },
): Promise<void> {
  for (const table of AUDIT_TABLES) {
    for (let from = 0; from < until; from += POSITIONS_AT_ONCE) {
      for (;;) {
        const positions = await namingRows(pool, table, erasure, from, Math.min(until, from + POSITIONS_AT_ONCE));
        if (positions.length === 0) {
          break;
        }
        await behindLock(pool, async (client, head) => {
          const auditRows = await deleteAudit(client, positions);
          await client.query('UPDATE activity_log SET audit_salt = NULL WHERE position = ANY($1)', [positions]);
          const clears = { log: [], audit: rangesOf(positions) };
          const { position } = await appendOwnRow(client, head, { kind: 'erase', clears }, now);
          await noteCleared(client, erasure.id, { position, logRows: 0, auditRows });
        });
      }
    }
  }
}

/** What somebody wrote in an audit row: texts only, since numbers and times are nobody's name. */
const WORDS = `jsonb_path_query_array(to_jsonb(audit) - '{timestamp,created_at,updated_at,started_at,ended_at,last_activity_at}'::text[],
         '$.** ? (@.type() == "string")')::text`;

async function namingRows(
  pool: Pool,
  table: AuditTable,
  { person, words, needle }: PendingErasure,
  from: number,
  to: number,
): Promise<readonly number[]> {
  const rows = await readRows<{ id: number }>(
    pool,
    `SELECT DISTINCT id FROM ${table} AS audit
     WHERE id > $1 AND id <= $2 AND (
       ${WORDS} ~ $3
       OR EXISTS (SELECT FROM unnest($4::text[]) AS word WHERE ${WORDS} ~* word)
       OR audit.metadata::text ~ $5
       OR jsonb_path_exists(audit.metadata, '$.** ? (@.type() == "string" && @ == $references[*])', $6)
     )
     ORDER BY id LIMIT $7`,
    [
      from,
      to,
      needle,
      words.map(wholeWord),
      keyedId(person),
      JSON.stringify({ references: ownReferences(person) }),
      ROWS_AT_ONCE,
    ],
  );
  return rows.map(({ id }) => id);
}

/** The id as the value of a personal key, as text or number: `"author_id": "7"`, `"mentions": ["3", "7"]`. */
function keyedId(person: string): string {
  const id = JSON.stringify(person)
    .slice(1, -1)
    .replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&');
  return `"[^"]*(${PERSONAL_KEYS})[^"]*": (\\[[^\\]]*)?("${id}"|${id}[,}\\]])`;
}
