import { auth, driver as createDriver } from 'neo4j-driver';
import { Client } from 'pg';
import type { StoreAddresses } from '../../src/embedded/stores.ts';

/** Writes a note to both stores. */
export async function writeNote({ databaseUrl, neo4j }: StoreAddresses, note: string): Promise<void> {
  await inPostgres(databaseUrl, async (client) => {
    await client.query('CREATE TABLE IF NOT EXISTS note (text text)');
    await client.query('INSERT INTO note VALUES ($1)', [note]);
  });
  await inNeo4j(neo4j, 'CREATE (:Note {text: $note})', { note });
}

/** The notes of both stores; throws when one does not answer. */
export async function readNotes({ databaseUrl, neo4j }: StoreAddresses): Promise<{ log: string[]; graph: string[] }> {
  const log = await inPostgres(databaseUrl, async (client) => {
    const { rows } = await client.query<{ text: string }>('SELECT text FROM note ORDER BY text');
    return rows.map(({ text }) => text);
  });
  return { log, graph: await inNeo4j(neo4j, 'MATCH (n:Note) RETURN n.text AS text ORDER BY text') };
}

export async function inPostgres<T>(connectionString: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end();
  }
}

async function inNeo4j({ uri, user, password }: StoreAddresses['neo4j'], query: string, parameters = {}) {
  const driver = createDriver(uri, auth.basic(user, password), { maxTransactionRetryTime: 0 });
  try {
    const { records } = await driver.executeQuery(query, parameters);
    return records.map((record) => String(record.get('text')));
  } finally {
    await driver.close();
  }
}
