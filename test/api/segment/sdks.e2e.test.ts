import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type Listening, listen } from '../../../src/api/serve.ts';
import { type App, type OpenedApi, openApi, openApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/core/config.ts';
import { useGraph, usePostgres } from '../../support/stores.ts';
import { SECRET, WRITE_KEY } from '../fixture.ts';
import { type Forwarding, openForwarding } from './forwarding.ts';

const postgres = usePostgres();
const lent = useGraph();

let dataDir = '';
let app: App;
let api: OpenedApi;
let server: Listening;
let way: Forwarding;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-segment-'));
  const config = readConfig({
    DATA_DIR: dataDir,
    AUTH_SECRET: SECRET,
    WRITE_KEYS: `${WRITE_KEY.source}=${WRITE_KEY.key}`,
  });
  const addresses = { databaseUrl: postgres.url, neo4j: inject('stores').neo4j };
  app = await openApp({ config, addresses, logger: pino({ level: 'silent' }) });
  api = await openApi(app, addresses);
  app.projector.start();
  server = await listen(api.handler, { host: '127.0.0.1', port: 0 });
  way = await openForwarding(`http://127.0.0.1:${server.port}`);
});

beforeEach(() => {
  way.requests.length = 0;
});

afterAll(async () => {
  await way.close();
  await server.close(1_000);
  await api.close();
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** What is in the log, by whom, oldest first. */
async function logged(people: readonly string[]): Promise<readonly unknown[][]> {
  const { rows } = await app.pool.query({
    text: `SELECT kind, actor_id, object, target_id FROM activity_log WHERE actor_id = ANY($1) ORDER BY position`,
    values: [people],
    rowMode: 'array',
  });
  return rows as unknown[][];
}

async function weightOf(person: string, edge: string): Promise<number> {
  await app.projector.waitFor(await app.log.head(), 20_000);
  const { records } = await lent.graph.driver.executeQuery(
    `MATCH (:User {id: $person})-[e]->() WHERE type(e) = $edge RETURN sum(e.weight) AS weight`,
    { person, edge },
  );
  return records[0]?.get('weight') as number;
}

/** Everything an SDK can say, of one person. */
const EVERYTHING = [
  ['profile_update', 'P', null, null],
  ['join', 'P', 'community:chess', null],
  ['update', 'P', 'community:chess', null],
  ['page_view', 'P', null, null],
  ['page_view', 'P', null, null],
  ['like', 'P', 'post:1', null],
  ['follow', 'P', 'user:bo', 'bo'],
  ['user_activity', 'P', null, null],
] as const;

const everythingOf = (person: string) => EVERYTHING.map(([kind, , object, target]) => [kind, person, object, target]);

test('the SDK of Segment, unchanged: every call becomes what it means', async () => {
  const analytics = new Analytics({ writeKey: WRITE_KEY.key, host: way.url, flushAt: 20 });
  const userId = 'seg-ann';
  analytics.identify({ userId, traits: { name: 'Ann', email: 'ann@example.org', plan: 'gold' } });
  analytics.group({ userId, groupId: 'chess', traits: { name: 'Chess club' } });
  analytics.page({ userId, name: 'Home', properties: { path: '/' } });
  analytics.screen({ userId, name: 'Start' });
  analytics.track({ userId, event: 'Post Liked', properties: { post_id: 1 } });
  analytics.track({ userId, event: 'User Followed', properties: { userId: 'bo' } });
  analytics.track({ userId, event: 'Moon Landed', properties: { crew: 3 } });
  await analytics.closeAndFlush();

  expect(way.requests.map(({ status, answer }) => ({ status, answer }))).toEqual([
    { status: 200, answer: { success: true, position: expect.any(Number), errors: [] } },
  ]);
  expect(await logged([userId])).toEqual(everythingOf(userId));
  const { rows } = await app.pool.query('SELECT name, emails FROM users WHERE id = $1', [userId]);
  expect(rows).toEqual([{ name: 'Ann', emails: ['ann@example.org'] }]);
  const kept = await app.pool.query(
    "SELECT description, metadata->>'crew' AS crew FROM user_activity WHERE user_id = $1 AND activity_type = 'user_activity'",
    [userId],
  );
  expect(kept.rows).toEqual([{ description: 'Moon Landed', crew: '3' }]);
});

test('the SDK of RudderStack, unchanged, its bodies packed by gzip: every call becomes what it means', async () => {
  const userId = 'rud-ann';
  const client = new RudderAnalytics(WRITE_KEY.key, { dataPlaneUrl: way.url, flushAt: 20, logLevel: 'silly' });
  client.identify({ userId, traits: { name: 'Ann' } });
  client.group({ userId, groupId: 'chess', traits: { name: 'Chess club' } });
  client.page({ userId, name: 'Home', properties: { path: '/' } });
  client.screen({ userId, name: 'Start', properties: {} });
  client.track({ userId, event: 'Post Liked', properties: { post_id: 1 } });
  client.track({ userId, event: 'User Followed', properties: { user_id: 'bo' } });
  client.track({ userId, event: 'Moon Landed' });
  await client.flush();

  expect(way.requests.at(-1)?.headers['content-encoding']).toBe('gzip');
  await expect.poll(() => logged([userId])).toEqual(everythingOf(userId));
});

test('a batch whose answer was lost is sent again by the SDK of Segment and counts once', async () => {
  way.loseAnswers(1);
  const analytics = new Analytics({ writeKey: WRITE_KEY.key, host: way.url, flushAt: 20 });
  analytics.track({ userId: 'seg-cem', event: 'Post Viewed', properties: { post_id: 2 } });
  analytics.track({ userId: 'seg-cem', event: 'Post Shared', properties: { post_id: 2 } });
  await analytics.closeAndFlush();

  expect(way.requests.map(({ headers }) => headers['x-retry-count'])).toEqual([undefined, '1']);
  expect(new Set(way.requests.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
  expect((await logged(['seg-cem'])).map(([kind]) => kind)).toEqual(['view', 'share']);
  // view .1 and share .7
  expect(await weightOf('seg-cem', 'ENGAGED')).toBeCloseTo(0.8, 3);
});

test('a batch whose answer was lost is sent again by the SDK of RudderStack and counts once', async () => {
  way.loseAnswers(1);
  const client = new RudderAnalytics(WRITE_KEY.key, { dataPlaneUrl: way.url, flushAt: 20 });
  client.track({ userId: 'rud-cem', event: 'Post Viewed', properties: { post_id: 2 } });
  client.track({ userId: 'rud-cem', event: 'Post Shared', properties: { post_id: 2 } });
  await client.flush();

  await expect.poll(async () => (await logged(['rud-cem'])).map(([kind]) => kind)).toEqual(['view', 'share']);
  const positions = way.requests.map(({ answer }) => (answer as { position: number }).position);
  expect(positions.length - new Set(positions).size).toBe(1);
  expect(await weightOf('rud-cem', 'ENGAGED')).toBeCloseTo(0.8, 3);
});

test('an alias by the SDK of Segment gives a person what they did before they were known', async () => {
  const analytics = new Analytics({ writeKey: WRITE_KEY.key, host: way.url, flushAt: 20 });
  const [anonymousId, userId] = ['seg-visitor', 'seg-dee'];
  analytics.track({ anonymousId, event: 'Post Viewed', properties: { post_id: 3 } });
  analytics.track({ userId, event: 'Post Liked', properties: { post_id: 3 } });
  analytics.alias({ previousId: anonymousId, userId });
  analytics.track({ anonymousId, event: 'Post Shared', properties: { post_id: 4 } });
  await analytics.closeAndFlush();

  expect(await logged([userId])).toEqual([
    ['like', userId, 'post:3', null],
    ['alias', userId, `user:${anonymousId}`, anonymousId],
    ['share', userId, 'post:4', null],
  ]);
  // view .1 and like .3 on the one, share .7 on the other
  expect(await weightOf(userId, 'ENGAGED')).toBeCloseTo(1.1, 3);
  expect(await weightOf(anonymousId, 'ENGAGED')).toBe(0);
});

test('a wrong write key is refused, and the SDK says so', async () => {
  const analytics = new Analytics({ writeKey: 'somebody-elses-key', host: way.url, flushAt: 1 });
  const failures: unknown[] = [];
  analytics.on('error', (error) => failures.push(error.code));
  analytics.track({ userId: 'eve', event: 'Post Liked', properties: { post_id: 1 } });
  await analytics.closeAndFlush();
  expect(failures).toEqual(['delivery_failure']);
  expect(way.requests.map(({ status }) => status)).toEqual([401]);
  expect(await logged(['eve'])).toEqual([]);
});
