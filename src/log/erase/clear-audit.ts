import type { Pool } from 'pg';
import { AUDIT_TABLES, type AuditTable } from '../../activity/kinds.ts';
import { appendOwnRow } from '../append/own-row.ts';
import { rangesOf } from '../chain/clearing.ts';
import { readRows } from '../database.ts';
import { behindLock, deleteAudit, noteCleared } from './clear-log.ts';
import { ownReferences, wholeWord } from './names.ts';
import type { PendingErasure } from './pending.ts';

const ROWS_AT_ONCE = 1_000;
const POSITIONS_AT_ONCE = 50_000;

/**
 * A name that stands in more rows of others than these names nobody any more: people choose their own, and "Happy Birthday" must
 * not take what everybody wrote.
 */
export const MOST_NAMED = 100;

/** Under such keys of metadata a short id is a person's; under others it may be any number. */
const PERSONAL_KEYS = 'user|author|owner|actor|person|people|member|sender|recipient|target|friend|follower|mention|by';

/**
 * Deletes the audit rows up to `until` that name the person in what others wrote: their id in metadata, one of their addresses, or
 * their name where few do so. What the log itself holds of those activities stays, and with it the graph.
 */
export async function clearAudit(
  pool: Pool,
  erasure: PendingErasure,
  { until, now }: { readonly until: number; readonly now: number },
): Promise<void> {
  const named = new Map(erasure.words.filter(isName).map((name) => [wholeWord(name), new Set<number>()]));
  const found = { pool, erasure, now, named };
  for (const table of AUDIT_TABLES) {
    for (let from = 0; from < until; from += POSITIONS_AT_ONCE) {
      await clearStretch(found, table, from, Math.min(until, from + POSITIONS_AT_ONCE));
    }
  }
  const rarely = [...named.values()].filter((positions) => positions.size <= MOST_NAMED).flatMap((one) => [...one]);
  await deleteAt(found, rarely);
}

interface Clearing {
  readonly pool: Pool;
  readonly erasure: PendingErasure;
  readonly now: number;
  /** Where each name stands, by its pattern; of one that stands in many places not all of them. */
  readonly named: ReadonlyMap<string, Set<number>>;
}

const isName = (word: string): boolean => !word.includes('@');

async function clearStretch(found: Clearing, table: AuditTable, from: number, to: number): Promise<void> {
  for (let after = from; ; ) {
    const rows = await namingRows(found.pool, table, found.erasure, after, to);
    // An address is nobody else's.
    const theirs = rows.filter(({ certain, said }) => certain || said.some((pattern) => !found.named.has(pattern)));
    await deleteAt(
      found,
      theirs.map(({ id }) => id),
    );
    for (const { id, said } of rows.filter((row) => !theirs.includes(row))) {
      for (const pattern of said) {
        const positions = found.named.get(pattern);
        if (positions !== undefined && positions.size <= MOST_NAMED) {
          positions.add(id);
        }
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) {
      return;
    }
    after = last.id;
  }
}

async function deleteAt({ pool, erasure, now }: Clearing, positions: readonly number[]): Promise<void> {
  if (positions.length === 0) {
    return;
  }
  await behindLock(pool, async (client, head) => {
    const auditRows = await deleteAudit(client, positions);
    await client.query('UPDATE activity_log SET audit_salt = NULL WHERE position = ANY($1)', [positions]);
    const clears = { log: [], audit: rangesOf(positions) };
    const { position } = await appendOwnRow(client, head, { kind: 'erase', clears }, now);
    await noteCleared(client, erasure.id, { position, logRows: 0, auditRows });
  });
}

/** What somebody wrote in an audit row: texts only, since numbers and times are nobody's name. */
const WORDS = `jsonb_path_query_array(to_jsonb(audit) - '{timestamp,created_at,updated_at,started_at,ended_at,last_activity_at}'::text[],
         '$.** ? (@.type() == "string")')::text`;

interface NamingRow {
  readonly id: number;
  /** Whether the id of the person stands there. */
  readonly certain: boolean;
  /** The patterns of the words that stand there. */
  readonly said: readonly string[];
}

function namingRows(
  pool: Pool,
  table: AuditTable,
  { person, words, needle }: PendingErasure,
  from: number,
  to: number,
): Promise<readonly NamingRow[]> {
  return readRows<NamingRow & Record<string, unknown>>(
    pool,
    `SELECT id, certain, said FROM (
       SELECT id,
         coalesce(words ~ $3, false) OR metadata::text ~ $5
           OR jsonb_path_exists(metadata, '$.** ? (@.type() == "string" && @ == $references[*])', $6) AS certain,
         ARRAY(SELECT pattern FROM unnest($4::text[]) AS pattern WHERE words ~* pattern) AS said
       FROM (
         SELECT id, metadata, ${WORDS} AS words FROM ${table} AS audit WHERE id > $1 AND id <= $2 OFFSET 0
       ) AS written
     ) AS read
     WHERE certain OR said <> '{}'
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
}

/** The id as the value of a personal key, as text or number: `"author_id": "7"`, `"mentions": ["3", "7"]`. */
function keyedId(person: string): string {
  const id = JSON.stringify(person)
    .slice(1, -1)
    .replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&');
  return `"[^"]*(${PERSONAL_KEYS})[^"]*": (\\[[^\\]]*)?("${id}"|${id}[,}\\]])`;
}
