import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { type Graph, openGraph } from '../../src/graph/graph.ts';
import { migrateGraph } from '../../src/graph/migrate.ts';

/** Any number; what counts is that every test file takes the same lock before it touches the one Neo4j. */
const GRAPH_LOCK = 7_074_001;

function databaseUrl(name: string): string {
  const url = new URL(inject('stores').databaseUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

async function asAdmin<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: inject('stores').databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

let created = 0;

/** A new database with the current schema, and its address; the caller drops it with `dropDatabase`. */
export async function createDatabase(label: string): Promise<{ readonly name: string; readonly url: string }> {
  created += 1;
  const owner = createHash('sha256').update(label).digest('hex').slice(0, 8);
  const name = `test_${owner}_${process.pid}_${created}`;
  await asAdmin(async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${inject('template')}`);
  });
  return { name, url: databaseUrl(name) };
}

export async function dropDatabase(name: string): Promise<void> {
  await asAdmin((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
}

/**
 * Lends every test of a file one database with the current schema. It is dropped at the end; set
 * KEEP_TEST_DATABASES=1 to look into it afterwards.
 */
export function usePostgres(): { readonly url: string } {
  const lent = { url: '' };
  let name = '';
  beforeAll(async () => {
    ({ name, url: lent.url } = await createDatabase(expectFile()));
  });
  afterAll(async () => {
    if (process.env['KEEP_TEST_DATABASES'] !== '1' && name !== '') {
      await dropDatabase(name);
    }
  });
  return lent;
}

/**
 * Lends a file the one Neo4j, empty but for its schema. Community Edition has one database, so files take turns: a
 * lock in Postgres keeps the others waiting until this file is done.
 */
export function useGraph(): { graph: Graph; empty(): Promise<void> } {
  const lent = {
    graph: undefined as unknown as Graph,
    async empty() {
      await emptyGraph(lent.graph);
    },
  };
  let lock: Client | undefined;
  beforeAll(async () => {
    lock = new Client({ connectionString: inject('stores').databaseUrl });
    await lock.connect();
    await lock.query('SELECT pg_advisory_lock($1)', [GRAPH_LOCK]);
    lent.graph = openGraph(inject('stores').neo4j);
    await migrateGraph(lent.graph);
    await emptyGraph(lent.graph);
  }, 600_000);
  afterAll(async () => {
    await lent.graph.close();
    await lock?.end();
  });
  return lent;
}

/** Deletes every node but the record of the schema's migrations. */
async function emptyGraph(graph: Graph): Promise<void> {
  const session = graph.driver.session();
  try {
    // Edges first: a transaction that detaches thousands of popular nodes does not fit into the server's memory.
    await session.run('MATCH ()-[e]->() CALL (e) { DELETE e } IN TRANSACTIONS OF 500 ROWS');
    await session.run('MATCH (n) WHERE NOT n:Migration CALL (n) { DELETE n } IN TRANSACTIONS OF 500 ROWS');
  } finally {
    await session.close();
  }
}

function expectFile(): string {
  return import.meta.url + process.pid;
}
