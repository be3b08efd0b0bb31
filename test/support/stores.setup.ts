import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../src/core/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { openStores, type StoreAddresses } from '../../src/embedded/stores.ts';
import { migratePostgres } from '../../src/log/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    stores: StoreAddresses;
    /** A database with the current schema and nothing in it, which others are copied from. */
    template: string;
  }
}

/**
 * Starts one Postgres and one Neo4j for the whole run. TEST_DATABASE_URL with TEST_NEO4J_URI and TEST_NEO4J_PASSWORD
 * name servers that run already; everything in that Neo4j is deleted by the tests.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { TEST_DATABASE_URL, TEST_NEO4J_URI, TEST_NEO4J_PASSWORD } = process.env;
  if (TEST_DATABASE_URL !== undefined && TEST_NEO4J_URI !== undefined && TEST_NEO4J_PASSWORD !== undefined) {
    const neo4j = { uri: TEST_NEO4J_URI, user: 'neo4j', password: TEST_NEO4J_PASSWORD };
    project.provide('stores', { databaseUrl: TEST_DATABASE_URL, neo4j });
    project.provide('template', await createTemplate(TEST_DATABASE_URL));
    return async () => undefined;
  }
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-test-'));
  const stores = await openStores({
    config: readConfig({ DATA_DIR: dataDir }),
    logger: createLogger('warn'),
    purpose: 'serve',
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  project.provide('stores', stores.addresses);
  project.provide('template', await createTemplate(stores.addresses.databaseUrl));
  return async () => {
    await stores.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

const MIGRATIONS = path.resolve(import.meta.dirname, '../../migrations/postgres');

/** Named by what makes it, since a server that runs already may have that of other migrations. */
async function createTemplate(databaseUrl: string): Promise<string> {
  const files = await readdir(MIGRATIONS);
  const texts = await Promise.all(files.sort().map((file) => readFile(path.join(MIGRATIONS, file), 'utf8')));
  const name = `test_template_${createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12)}`;
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      await client.query(`CREATE DATABASE ${name}`);
    }
  } finally {
    await client.end();
  }
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  await migratePostgres(url.toString());
  return name;
}
