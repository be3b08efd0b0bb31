import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../src/core/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { openStores, type StoreAddresses } from '../../src/embedded/stores.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    stores: StoreAddresses;
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
  return async () => {
    await stores.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
