import type { ClientBase } from 'pg';
import { AUDIT_TABLES } from '../activity/kinds.ts';
import { APPEND_LOCK } from './append-lock.ts';

const PARTITIONED = [...AUDIT_TABLES, 'activity_aggregation'] as const;

/** The month of a time, in UTC, as in 2026-01; partitions are named by it. */
export function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}

/**
 * Makes the monthly partitions of every audit table that are missing, for the month of `now` and `monthsAhead` more.
 * Runs inside the caller's transaction and takes the append lock, since nobody may write while a partition is made.
 *
 * @returns the months that are covered.
 */
export async function ensurePartitions(
  client: ClientBase,
  now: number,
  monthsAhead: number,
): Promise<readonly string[]> {
  const months = Array.from({ length: monthsAhead + 1 }, (_, ahead) => startOfMonth(now, ahead));
  await client.query('SELECT pg_advisory_xact_lock($1)', [APPEND_LOCK]);
  const names = PARTITIONED.flatMap((table) => months.map((start) => partitionName(table, start)));
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS wanted (name) WHERE to_regclass(quote_ident(name)) IS NULL',
    [names],
  );
  const missing = new Set(rows.map((row) => row.name));
  for (const table of PARTITIONED) {
    for (const start of months) {
      if (missing.has(partitionName(table, start))) {
        const end = startOfMonth(start, 1);
        // Names and bounds are made here; DDL takes no parameters.
        await client.query(
          `CREATE TABLE ${partitionName(table, start)} PARTITION OF ${table}
           FOR VALUES FROM ('${boundary(table, start)}') TO ('${boundary(table, end)}')`,
        );
      }
    }
  }
  return months.map(monthOf);
}

function startOfMonth(ms: number, ahead: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1);
}

function partitionName(table: string, start: number): string {
  return `${table}_${monthOf(start).replace('-', '_')}`;
}

/** Aggregations are partitioned by a date, everything else by a time. */
function boundary(table: string, ms: number): string {
  const date = new Date(ms).toISOString().slice(0, 10);
  return table === 'activity_aggregation' ? date : `${date} 00:00:00+00`;
}
