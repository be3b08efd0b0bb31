import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { type Role, signToken } from '../../src/api/auth.ts';
import { readConfig } from '../../src/core/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { openStores } from '../../src/embedded/stores.ts';
import { openGraph } from '../../src/graph/graph.ts';
import { openPool } from '../../src/log/database.ts';
import { searchEverything } from '../privacy/search-everything.ts';
import type { Service } from '../support/service.ts';

export const ID = 'person-c0ffee42';
const OLD = 'visitor-beef0042';
/** By what somebody is found who looks for them. */
export const WORDS = [ID, OLD, 'Ottoline Marchbanks', 'ottoline@example.org', 'Quince Lane 7'];

/** Does whatever could leave a word about a person in a log: what they do, what others do to them, and what goes wrong. */
export async function leaveTraces(service: Service, dataDir: string): Promise<void> {
  const secret = await readFile(path.join(dataDir, 'auth-secret'), 'utf8');
  const tokenOf = (subject: string, role: Role): Promise<string> =>
    signToken({ subject, role, secret, ttlSeconds: 600 });
  const tokens = { shop: await tokenOf('shop', 'admin'), own: await tokenOf(ID, 'user') };
  const ask = async (by: keyof typeof tokens, method: string, route: string, body?: unknown): Promise<number> => {
    const response = await fetch(service.url + route, {
      method,
      headers: { authorization: `Bearer ${tokens[by]}`, 'content-type': 'application/json', 'user-agent': ID },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.text();
    return response.status;
  };
  const profile = { name: WORDS[2], emails: [WORDS[3]], traits: { address: WORDS[4] } };
  expect(await ask('own', 'PUT', `/users/${ID}`, profile)).toBe(201);
  const done = [
    { user_id: OLD, activity_type: 'view', content: 'post:1' },
    { user_id: ID, activity_type: 'alias', target_user_id: OLD },
    { user_id: ID, activity_type: 'create', content: `post:of-${ID}`, title: `By ${WORDS[2]}` },
    { user_id: ID, activity_type: 'like', content: 'post:1' },
    { user_id: 'person-1', activity_type: 'like', content: `post:of-${ID}` },
    { user_id: 'person-1', activity_type: 'share', content: 'post:2', metadata: { note: `for ${WORDS[3]}` } },
    { user_id: 'person-2', activity_type: 'follow', target_user_id: ID },
  ];
  expect(await ask('shop', 'POST', '/activities/', done)).toBe(200);
  await expect.poll(() => ask('own', 'GET', '/feed/')).toBe(200);
  expect(await ask('own', 'PUT', '/feed/settings/', { muted_words: [WORDS[4]] })).toBe(200);
  expect(await ask('own', 'PUT', '/feed/settings/', { [ID]: 1 })).toBe(422);
  expect(await ask('own', 'GET', `/feed/?cursor=${ID}`)).toBe(400);
  expect(await ask('own', 'GET', `/${ID}`)).toBe(404);
  expect(await ask('shop', 'POST', '/activities/', { activity_type: ID, user_id: ID })).toBe(422);
  for (const query of [
    `MATCH (n:User {id: '${ID}'}) RETURN n LIMIT 1`,
    `RETURN '${ID}' oops`,
    `RETURN 1 / size('${ID}')`,
  ]) {
    expect(await ask('shop', 'POST', '/cypher', { query })).toBeLessThan(500);
  }
}

/** Where a word stands in a file that the service or one of its stores writes, but for the data files of the stores. */
export async function searchFiles(folder: string, words: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const written = files.filter((file) => !STORE_DATA.some((part) => path.relative(folder, file).startsWith(part)));
  // Otherwise it would have searched nothing.
  expect(written.map((file) => path.relative(folder, file))).toEqual(expect.arrayContaining(LOGS));
  const hits = await Promise.all(
    written.map(async (file) => {
      const text = (await readFile(file)).toString('latin1').toLowerCase();
      return words.filter((word) => text.includes(word.toLowerCase())).map((word) => `${file}: ${word}`);
    }),
  );
  return hits.flat();
}

/** What docs/privacy.md says of is not searched: freed space of files, and logs for recovery. */
const STORE_DATA = [
  'postgres/data/base/',
  'postgres/data/pg_wal/',
  'neo4j/data/databases/',
  'neo4j/data/transactions/',
];
const LOGS = ['logs/postgres.log', 'logs/neo4j.log', 'neo4j/logs/debug.log', 'runtime.json'];

/** Where a word stands in the stores, asked the way they answer. */
export async function searchStores(dataDir: string, words: readonly string[]): Promise<readonly string[]> {
  const config = readConfig({ DATA_DIR: dataDir });
  const stores = await openStores({ config, logger: createLogger('silent'), purpose: 'command' });
  const pool = openPool(stores.addresses.databaseUrl);
  const graph = openGraph(stores.addresses.neo4j);
  try {
    return await searchEverything({ pool, graph }, words);
  } finally {
    await pool.end();
    await graph.close();
    await stores.stop();
  }
}
