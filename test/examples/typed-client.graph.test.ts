import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Driver } from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { openGraphqlDriver } from '../../src/api/graphql/server.ts';
import { type Listening, listen } from '../../src/api/serve.ts';
import { createFeed } from '../../src/feed/feed.ts';
import { createAccept } from '../../src/ingest/accept.ts';
import { openTestApi, tokenFor } from '../api/fixture.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { HISTORY, openWorld, type World } from '../support/world.ts';

const folder = fileURLToPath(new URL('../../examples/typed-client/', import.meta.url));
const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
const run = promisify(execFile);

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };
let driver: Driver;
let listening: Listening;

beforeAll(async () => {
  await run(process.execPath, [`${folder}types.mjs`]);
  database = await createDatabase('typed-client');
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY);
  const { pool, graph, clock, log } = world;
  const feed = createFeed({
    graph,
    pool,
    clock,
    ranking: DEFAULT_RANKING,
    cursorSecret: 'a secret of at least thirty-two characters',
    waitFor: async (position) => (await world.project()) >= position,
    headOf: (person) => log.headOf(person),
    projectionPosition: world.position,
  });
  driver = openGraphqlDriver(inject('stores').neo4j);
  const api = await openTestApi({
    accept: createAccept(log),
    feedPage: feed.page,
    head: log.head,
    graphqlDriver: driver,
    clock,
  });
  listening = await listen(api.app, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await rm(`${folder}dist`, { recursive: true, force: true });
  await listening.close(1_000);
  await driver.close();
  await world.close();
  await dropDatabase(database.name);
});

describe('the example of a typed client', () => {
  it('compiles, reads a feed, tracks an activity and reads edges of the graph', async () => {
    await run(compiler, ['-p', folder]);
    const environment = {
      ...process.env,
      ACTIVITY_GRAPH_URL: `http://127.0.0.1:${listening.port}/graphql`,
      ACTIVITY_GRAPH_TOKEN: await tokenFor('ann', 'admin'),
    };
    const { stdout } = await run(process.execPath, [`${folder}dist/client.js`], { env: environment });
    expect(stdout.split('\n').slice(0, 2)).toEqual([expect.stringMatching(/^Bo speaks.*: ./), 'like: ACCEPTED']);
    expect(stdout).toMatch(/^engagement with it: \d\.\d{3}$/m);
    expect(stdout).toMatch(/^ann: 0\.300$/m);
  });

  it('does not compile with a name that the service does not have', async () => {
    const mistakes = [
      ['content title score', 'content titel score', "Property 'title' does not exist"],
      ['engagementNow', 'engagementThen', "Property 'engagementNow' does not exist"],
      ['{ first: 5,', '{ frist: 5,', "'frist' does not exist"],
      ["activityType: 'like'", 'activityType: 1', "Type 'number' is not assignable to type 'string'"],
    ] as const;
    const text = (await readFile(`${folder}client.ts`, 'utf8')).replace('./graphql-env', '../graphql-env');
    await mkdir(`${folder}dist`, { recursive: true });
    for (const [index, [right, wrong]] of mistakes.entries()) {
      expect(text).toContain(right);
      await writeFile(`${folder}dist/wrong${index}.ts`, text.replace(right, wrong));
    }
    const files = mistakes.map((_, index) => `wrong${index}.ts`);
    const settings = `${folder}dist/tsconfig.json`;
    await writeFile(
      settings,
      JSON.stringify({ extends: '../tsconfig.json', compilerOptions: { noEmit: true }, files, include: [] }),
    );
    const failed = (await run(compiler, ['-p', settings]).catch((error: unknown) => error)) as { stdout: string };
    for (const [index, [, , message]] of mistakes.entries()) {
      expect(failed.stdout.split('\n').filter((line) => line.includes(`wrong${index}.ts`))).toEqual([
        expect.stringContaining(message),
      ]);
    }
  });
});
