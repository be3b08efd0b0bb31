import { DatabaseError, type Pool, type PoolClient, type QueryConfig } from 'pg';
import { AUDIT_TABLES } from '../../activity/kinds.ts';
import { readRows } from '../database.ts';
import { PERSONAL_TABLES } from './personal-tables.ts';

const NAMED: readonly string[] = PERSONAL_TABLES.map(({ table }) => table);
const TABLES = ['activity_log', 'content', 'erasure', 'erasure_trace', ...AUDIT_TABLES, ...NAMED];
/** For each table; indexes are read as a whole. */
const TIMEOUT_MS = 3_600_000;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Takes the deleted versions of rows out of tables and indexes, and what the planner has learnt of their values out of its
 * statistics. Without it both go by themselves, sooner or later.
 */
export async function vacuumErased(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SET statement_timeout = 0');
    for (const table of TABLES) {
      // The driver knows a time for one query, but its types do not.
      const patient: object = {
        text: `VACUUM (ANALYZE, INDEX_CLEANUP ON, SKIP_LOCKED) ${table}`,
        query_timeout: TIMEOUT_MS,
      };
      await client.query(patient as QueryConfig);
    }
    await forgetStatistics(client);
  } finally {
    // The connection has a setting that others must not get.
    client.release(true);
  }
}

/** Of a table that is empty now ANALYZE learns nothing, and so keeps what it knew. */
async function forgetStatistics(client: PoolClient): Promise<void> {
  const tables = await readRows<{ name: string }>(
    client,
    `SELECT DISTINCT member.oid::regclass::text AS name
     FROM unnest($1::text[]) AS root (name)
     JOIN LATERAL (
       SELECT root.name::regclass::oid AS oid
       UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = root.name::regclass
     ) AS member ON true`,
    [TABLES],
  );
  for (const { name } of tables) {
    const [row] = await readRows<{ empty: boolean }>(client, `SELECT NOT EXISTS (SELECT FROM ${name}) AS empty`);
    if (row?.empty === true) {
      await client.query('DELETE FROM pg_statistic WHERE starelid = $1::regclass', [name]).catch((error: unknown) => {
        // Only a superuser may; elsewhere it goes when the table is analysed with a row in it.
        if (!(error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)) {
          throw error;
        }
      });
    }
  }
}
