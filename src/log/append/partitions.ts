import type { ClientBase } from 'pg';
import { AUDIT_TABLES } from '../../activity/kinds.ts';
import { PARTITION_LOCK } from './append-lock.ts';

/** Rather than wait longer for a table, the partitions are made another time. */
const LOCK_TIMEOUT = '2s';

/** The month of a time, in UTC, as in 2026-01; partitions are named by it. */
export function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}

/**
 * Makes the monthly partitions of every audit table that are missing, for the month of `now` and `monthsAhead` more.
 * Runs inside the caller's transaction, which should do nothing else. A partition is made aside and then attached, which
 * neither waits for readers and writers of the table nor keeps them waiting.
 *
 * @returns the months that are covered.
 */
export async function ensurePartitions(
  client: ClientBase,
  now: number,
  monthsAhead: number,
): Promise<readonly string[]> {
  const months = monthsFrom(now, monthsAhead);
  if ((await missingPartitions(client, months)).size > 0) {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
    // Asked again: somebody else may just have made them.
    const missing = await missingPartitions(client, months);
    for (const table of AUDIT_TABLES) {
      for (const start of months) {
        if (missing.has(partitionName(table, start))) {
          await makePartition(client, table, start);
        }
      }
    }
  }
  return months.map(monthOf);
}

/** Whether the month of `now` can be written to. */
export async function isCovered(client: ClientBase, now: number): Promise<boolean> {
  return (await missingPartitions(client, monthsFrom(now, 0))).size === 0;
}

/** A month of one of these tables. */
export interface Partition {
  readonly name: string;
  /** As in 2026-01. */
  readonly month: string;
}

/** The monthly partitions that there are, the oldest first. */
export async function partitionsOf(client: ClientBase): Promise<readonly Partition[]> {
  const { rows } = await client.query<{ table: string; name: string }>(
    `SELECT parent.relname AS table, child.relname AS name
     FROM pg_inherits
     JOIN pg_class AS parent ON parent.oid = inhparent
     JOIN pg_class AS child ON child.oid = inhrelid
     WHERE parent.relname = ANY($1) AND parent.relnamespace = (SELECT current_schema()::regnamespace)`,
    [AUDIT_TABLES],
  );
  return rows
    .map(({ table, name }) => ({ name, month: name.slice(table.length + 1).replace('_', '-') }))
    .filter(({ month }) => /^\d{4}-\d{2}$/u.test(month))
    .sort((a, b) => (a.month + a.name < b.month + b.name ? -1 : 1));
}

function monthsFrom(now: number, monthsAhead: number): number[] {
  return Array.from({ length: monthsAhead + 1 }, (_, ahead) => startOfMonth(now, ahead));
}

async function missingPartitions(client: ClientBase, months: readonly number[]): Promise<ReadonlySet<string>> {
  const names = AUDIT_TABLES.flatMap((table) => months.map((start) => partitionName(table, start)));
  // The table itself is asked: what to_regclass() did not find a moment ago it may not find now, from its cache.
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS wanted (name)
     WHERE NOT EXISTS (
       SELECT FROM pg_class WHERE relname = name AND relnamespace = (SELECT current_schema()::regnamespace))`,
    [names],
  );
  return new Set(rows.map((row) => row.name));
}

async function makePartition(client: ClientBase, table: string, start: number): Promise<void> {
  const name = partitionName(table, start);
  const end = startOfMonth(start, 1);
  // Names and bounds are made here; DDL takes no parameters. A partition has the identity of its parent.
  await client.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL EXCLUDING IDENTITY)`);
  await client.query(
    `ALTER TABLE ${table} ATTACH PARTITION ${name}
     FOR VALUES FROM ('${boundary(start)}') TO ('${boundary(end)}')`,
  );
}

function startOfMonth(ms: number, ahead: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1);
}

function partitionName(table: string, start: number): string {
  return `${table}_${monthOf(start).replace('-', '_')}`;
}

function boundary(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 10)} 00:00:00+00`;
}
