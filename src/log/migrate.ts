import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg, { type Client } from 'pg';
import { AppError } from '../core/errors.ts';
import { clientConfig } from './database.ts';
import { logFailure } from './failures.ts';

const MIGRATIONS = new URL('../../migrations/postgres/', import.meta.url);

/** Any number; two processes that start at once take the same. */
const MIGRATION_LOCK = 7_074_002;

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/**
 * Brings the database to the current schema with the numbered files of `migrations/postgres`, each in a transaction of
 * its own, and returns the names of those it applied now. Two processes that start at once take turns.
 *
 * @throws AppError `MIGRATION_CHANGED` when a file differs from what was applied under its name; `LOG_UNAVAILABLE`.
 */
export async function migratePostgres(databaseUrl: string, folder: URL = MIGRATIONS): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client(clientConfig(databaseUrl, { applicationName: 'activity-graph migrate' }));
  // A connection that breaks is reported by the query that was running on it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await applyMissing(client, migrations);
  } catch (error) {
    throw logFailure(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

async function applyMissing(client: Client, migrations: readonly Migration[]): Promise<readonly string[]> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL)',
  );
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM schema_migration',
  );
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  const appliedNow: string[] = [];
  for (const migration of migrations) {
    const known = applied.get(migration.name);
    if (known === undefined) {
      await apply(client, migration);
      appliedNow.push(migration.name);
    } else if (known !== migration.checksum) {
      throw new AppError(
        'MIGRATION_CHANGED',
        `migrations/postgres/${migration.name} is not the file that was applied to this database (checksum ${migration.checksum.slice(0, 12)}…, applied ${known.slice(0, 12)}…)`,
      );
    }
  }
  return appliedNow;
}

async function apply(client: Client, { name, text, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(text);
    await client.query('INSERT INTO schema_migration (name, checksum, applied_at) VALUES ($1, $2, now())', [
      name,
      checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
