import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/core/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { readLdbcSnb } from '../../src/import/ldbc-snb/read.ts';
import { load } from '../../src/import/load.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { type Chosen, renderFeeds } from './ldbc-feeds-page.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const SAMPLE = path.join(process.env['ACTIVITY_GRAPH_DATA'] ?? path.join(REPOSITORY, '../shared/data'), 'ldbc-snb');
const PAGE = new URL('../../docs/ldbc-feeds.md', import.meta.url);
const NEWCOMER = 'newcomer';

useGraph();
const postgres = usePostgres();
const here = existsSync(SAMPLE);
let app: App;

beforeAll(async () => {
  if (!here) {
    return;
  }
  const { key, activities, newest } = await readLdbcSnb(SAMPLE);
  app = await openApp({
    config: readConfig({ DATA_DIR: '.', AUTH_SECRET: 'only for this test, and long enough' }),
    addresses: { databaseUrl: postgres.url, neo4j: inject('stores').neo4j },
    logger: createLogger('silent'),
    clock: { now: () => newest },
  });
  app.projector.start();
  const source = `import:${key}`;
  const at = newest;
  const arrival = {
    at,
    input: { id: 'arrival', user_id: NEWCOMER, activity_type: 'register', name: 'Nadia Newcomer' },
  };
  await load([...activities, arrival], { source, shiftMs: 0 }, (batch) => app.log.append(batch));
  await app.projector.waitFor(await app.log.head(), 120_000);
  for (const job of ['ties', 'similarity', 'similarity-learned']) {
    const outcome = await app.scheduler.runJob(job, { afresh: true });
    expect(outcome, job).toMatchObject({ status: 'succeeded' });
  }
}, 400_000);

afterAll(() => app?.close());

test.skipIf(!here)(
  `docs/ldbc-feeds.md shows three feeds of the LDBC sample as they come out${here ? '' : ` — not here: ${SAMPLE}`}`,
  { timeout: 120_000 },
  async () => {
    const rendered = await renderFeeds(app, await choose(app));
    if (process.env['UPDATE_DOCS'] === '1') {
      await writeFile(PAGE, rendered);
    }
    expect(await readFile(PAGE, 'utf8'), 'UPDATE_DOCS=1 npx vitest run test/docs writes the page anew').toBe(rendered);
  },
);

/** By how many connections they have: the most, the fewest among those who did something, and none at all. */
async function choose({ graph }: App): Promise<readonly Chosen[]> {
  const { records } = await graph.driver.executeQuery(
    `MATCH (u:User) WHERE EXISTS { (u)-[:ENGAGED]->() }
     WITH u, COUNT { (u)-[k:CONNECTED]->() WHERE k.status = 'accepted' } AS connections, COUNT { (u)-[:ENGAGED]->() } AS engagements
     WHERE connections > 0
     RETURN u.id AS id, connections, engagements ORDER BY connections DESC, engagements DESC, id`,
  );
  const known = records.map((record) => ({
    id: String(record.get('id')),
    connections: Number(record.get('connections')),
    engagements: Number(record.get('engagements')),
  }));
  const [most] = known;
  const few = known.filter(({ connections, engagements }) => connections <= 3 && engagements >= 3).at(-1);
  if (most === undefined || few === undefined) {
    throw new Error('The sample has nobody with many ties, or nobody with few');
  }
  return [
    { ...most, title: 'Somebody with many ties' },
    { ...few, title: 'Somebody with few ties' },
    { id: NEWCOMER, connections: 0, engagements: 0, title: 'Somebody new' },
  ];
}
