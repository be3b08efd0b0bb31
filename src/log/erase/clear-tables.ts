import type { Pool } from 'pg';
import { inTransaction, type Queryable, readRows } from '../database.ts';
import { behindLock } from './clear-log.ts';
import type { PendingErasure } from './pending.ts';
import { PERSONAL_TABLES, type PersonalTable } from './personal-tables.ts';

/** Rows that one statement deletes. */
const ROWS_AT_ONCE = 5_000;
/** Blocks of a table that one statement looks through: half a megabyte, and what is stored beside it. */
const BLOCKS_AT_ONCE = 64;
/** More names than these are compared with each string of a text, and not looked for one by one. */
const FEW_NAMES = 20;

/**
 * Deletes the person's own rows of every other table, and what those of others say of them and their content; a little at
 * a time, so that nobody waits for it. Nobody writes such rows any more but who had begun before, so this is
 * done once more at the end.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function clearTables(pool: Pool, erasure: PendingErasure): Promise<void> {
  await clearSignals(pool, erasure);
  for (const table of PERSONAL_TABLES) {
    for (const part of await partsOf(pool, table.table)) {
      await deleteOwn(pool, part, table, erasure);
      await clearReferences(pool, part, table, erasure);
      await clearMentions(pool, part, table, erasure);
    }
  }
}

/** The partitions of a table, or itself. */
async function partsOf(pool: Pool, table: string): Promise<readonly string[]> {
  const rows = await readRows<{ name: string }>(
    pool,
    'SELECT relid::regclass::text AS name FROM pg_partition_tree($1::regclass) WHERE isleaf ORDER BY relid',
    [table],
  );
  return rows.length === 0 ? [table] : rows.map(({ name }) => name);
}

/**
 * Where everybody who writes to a table holds a row, each batch does: so nobody who read of the person before they were
 * cleared out of the log can still write it after the last. Names of tables and columns are ours, never input.
 */
async function deleteOwn(
  pool: Pool,
  part: string,
  { person, heldBy }: PersonalTable,
  erasure: PendingErasure,
): Promise<void> {
  if (person.length === 0) {
    return;
  }
  const own = person.map((column) => `${column} = $1`).join(' OR ');
  const text = `DELETE FROM ${part}
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${part} WHERE ${own} LIMIT ${ROWS_AT_ONCE})) RETURNING 1`;
  const deleteSome = async (database: Queryable): Promise<number> =>
    (await readRows(database, text, [erasure.person])).length;
  const deleteHolding = (holding: string): Promise<number> =>
    inTransaction(pool, async (client) => {
      await readRows(client, `SELECT FROM ${holding} FOR UPDATE`);
      return await deleteSome(client);
    });
  while ((await (heldBy === undefined ? deleteSome(pool) : deleteHolding(heldBy))) > 0) {
    // Each batch is a transaction of its own.
  }
}

async function clearReferences(pool: Pool, part: string, table: PersonalTable, erasure: PendingErasure): Promise<void> {
  for (const column of table.reference ?? []) {
    await sweep(pool, part, {
      action: `DELETE FROM ${part}`,
      where: `${column} = ANY($1) OR ${column} ~ $2`,
      values: [erasure.references, erasure.needle],
      locked: table.table === 'standing',
    });
  }
}

async function clearMentions(
  pool: Pool,
  part: string,
  { mentions = [], mentioning }: PersonalTable,
  erasure: PendingErasure,
): Promise<void> {
  const quoted = [erasure.person, ...erasure.references].map((name) => JSON.stringify(name));
  for (const column of mentions) {
    const text = `${column}::text`;
    await sweep(pool, part, {
      action: {
        delete: `DELETE FROM ${part}`,
        empty: `UPDATE ${part} SET ${column} = NULL`,
        without: `UPDATE ${part} SET ${column} = ${column} - $3::text`,
      }[mentioning ?? 'delete'],
      where: `${text} ~ $1 OR ${quoted.length > FEW_NAMES ? namesOneOf(text) : namesAnyOf(text)}`,
      values: [erasure.needle, quoted, ...(mentioning === 'without' ? [erasure.person] : [])],
    });
  }
}

const namesAnyOf = (text: string): string =>
  `EXISTS (SELECT FROM unnest($2::text[]) AS name WHERE strpos(${text}, name) > 0)`;

/** Looks at each string of a JSON text once, however many names there are. */
const namesOneOf = (text: string): string =>
  `EXISTS (SELECT FROM regexp_matches(${text}, '"(?:[^"\\\\]|\\\\.)*"', 'g') AS said WHERE said[1] = ANY($2::text[]))`;

/**
 * What others hold about content and communities that stay: their signals forget the person, as the log does, so that taking one
 * back later takes back what is left of it.
 */
async function clearSignals(pool: Pool, { person, references }: PendingErasure): Promise<void> {
  await sweep(pool, 'standing', {
    action: `UPDATE standing SET signal = CASE
      WHEN signal ->> 'person' = $1 OR signal ->> 'content' = ANY($2) THEN NULL
      WHEN signal ->> 'target' = $1 THEN signal || '{"target": null, "author": null}'
      ELSE signal || '{"author": null}' END`,
    where: "$1 IN (signal ->> 'person', signal ->> 'target', signal ->> 'author') OR signal ->> 'content' = ANY($2)",
    values: [person, references],
    locked: true,
  });
}

interface Sweep {
  readonly action: string;
  readonly where: string;
  readonly values: readonly unknown[];
  /** Whether the rows are such as appends write: then these wait, since both would lock rows in orders of their own. */
  readonly locked?: boolean;
}

/** Does something to the rows of a table that a condition holds for, a few blocks at a time. */
async function sweep(pool: Pool, part: string, { action, where, values, locked = false }: Sweep): Promise<void> {
  const [size] = await readRows<{ blocks: number }>(
    pool,
    "SELECT pg_relation_size($1::regclass) / current_setting('block_size')::bigint AS blocks",
    [part],
  );
  for (let from = 0; from < (size?.blocks ?? 0); from += BLOCKS_AT_ONCE) {
    const slice = `ctid >= '(${from},0)' AND ctid < '(${from + BLOCKS_AT_ONCE},0)' AND (${where})`;
    if (!locked) {
      await readRows(pool, `${action} WHERE ${slice}`, values);
    } else if ((await readRows(pool, `SELECT FROM ${part} WHERE ${slice} LIMIT 1`, values)).length > 0) {
      await behindLock(pool, (client) => client.query(`${action} WHERE ${slice}`, [...values]));
    }
  }
}
