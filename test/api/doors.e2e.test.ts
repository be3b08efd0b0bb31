import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import {
  acceptedSchema,
  activityListSchema,
  batchSchema,
  feedSchema,
  readinessSchema,
} from '../../src/api/rest/answers.ts';
import { commentListSchema } from '../../src/api/rest/comments.ts';
import { engagementReportSchema } from '../../src/api/rest/engagement-report.ts';
import { behaviourProfileSchema, interestListSchema } from '../../src/api/rest/profile.ts';
import { trendingTagsSchema } from '../../src/api/rest/trending.ts';
import { type Listening, listen } from '../../src/api/serve.ts';
import { type App, type OpenedApi, openApi, openApp } from '../../src/app.ts';
import { DAY_MS } from '../../src/core/clock.ts';
import { readConfig } from '../../src/core/config.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { bearer, NOW, SECRET } from './fixture.ts';

const postgres = usePostgres();
useGraph();

let dataDir = '';
let app: App;
let api: OpenedApi;
let server: Listening;
let base = '';

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-doors-'));
  const config = readConfig({ DATA_DIR: dataDir, AUTH_SECRET: SECRET });
  const addresses = { databaseUrl: postgres.url, neo4j: inject('stores').neo4j };
  app = await openApp({ config, addresses, logger: pino({ level: 'silent' }), clock: { now: () => NOW } });
  api = await openApi(app, addresses);
  app.projector.start();
  server = await listen(api.handler, { host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await server.close(1_000);
  await api.close();
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

type Headers = Record<string, string>;

async function post(route: string, body: unknown, headers: Headers): Promise<Response> {
  return await fetch(base + route, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function graphql(query: string, headers: Headers): Promise<{ data: Record<string, never>; errors?: unknown }> {
  return (await (await post('/graphql', { query }, headers)).json()) as {
    data: Record<string, never>;
    errors?: unknown;
  };
}

const at = (daysAgo: number): string => new Date(NOW - daysAgo * DAY_MS).toISOString();

/** Bo makes two posts; Ann follows Bo and liked one of them; Cem liked both. */
const WORLD = [
  {
    id: 'w1',
    user_id: 'bo',
    activity_type: 'create',
    content: 'post:1',
    title: 'One',
    hashtags: ['cats'],
    occurred_at: at(3),
  },
  { id: 'w2', user_id: 'bo', activity_type: 'create', content: 'post:2', title: 'Two', occurred_at: at(2) },
  { id: 'w3', user_id: 'ann', activity_type: 'follow', target_user_id: 'bo', occurred_at: at(2) },
  { id: 'w4', user_id: 'ann', activity_type: 'like', content: 'post:1', occurred_at: at(1) },
  { id: 'w5', user_id: 'cem', activity_type: 'like', content: 'post:1', occurred_at: at(1) },
  { id: 'w6', user_id: 'cem', activity_type: 'like', content: 'post:2', occurred_at: at(1) },
];

let position = 0;

beforeAll(async () => {
  const answer = await post('/activities/', WORLD, await bearer('shop', 'service'));
  const batch = batchSchema.parse(await answer.json());
  expect(batch.results.map(({ status }) => status)).toEqual(WORLD.map(() => 'accepted'));
  position = batch.position ?? 0;
  expect(await app.projector.waitFor(position, 20_000)).toBe(true);
});

test('what was posted is listed, page by page, with the address of the socket shortened', async () => {
  const headers = await bearer('eve', 'analyst');
  const seen: number[] = [];
  let next: string | undefined = '/activities/?limit=4';
  while (next !== undefined) {
    const answer: Response = await fetch(base + next, { headers });
    const page = activityListSchema.parse(await answer.json());
    expect(page.items.every((item) => item['ip_address'] === '127.0.0.0')).toBe(true);
    seen.push(...page.items.map((item) => item.position));
    next = /<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  expect(seen).toEqual([6, 5, 4, 3, 2, 1]);
});

test('a person sees their own activities only', async () => {
  const answer = await fetch(`${base}/activities/`, { headers: await bearer('ann', 'user') });
  const { items } = activityListSchema.parse(await answer.json());
  expect(items.map((item) => item['activity_type'])).toEqual(['like', 'follow']);
});

test('a profile, interests, trends, comments and the report come through the doors of a real service', async () => {
  const ann = await bearer('ann', 'user');
  const read = async (route: string, headers: Headers): Promise<unknown> =>
    (await fetch(base + route, { headers })).json();
  expect(behaviourProfileSchema.parse(await read('/profile/', ann))).toMatchObject({
    user_id: 'ann',
    activities: 2,
    interactions: { like: 1 },
  });
  expect(interestListSchema.parse(await read('/interests/', ann)).items).toMatchObject([
    { tag: 'cats', learned: true },
  ]);
  expect(trendingTagsSchema.parse(await read('/trending/tags/', ann)).items).toEqual([]);
  expect(commentListSchema.parse(await read('/comments/?content=post:1', ann))).toEqual({ items: [], next: null });
  const report = engagementReportSchema.parse(await read('/stats/content/', await bearer('eve', 'analyst')));
  // Made (1) and liked (3) by two; made and liked by one.
  expect(report.items.map(({ content, title, engagement_score: score }) => [content, title, score])).toEqual([
    ['post:1', 'One', 7],
    ['post:2', 'Two', 4],
  ]);
});

test('Law 5: the score of each item of a real feed is the sum of its parts', async () => {
  const headers = await bearer('ann', 'user');
  const answer = await fetch(`${base}/feed/?after_position=${position}`, { headers });
  const page = feedSchema.parse(await answer.json());
  expect(page.items.map(({ content }) => content)).toContain('post:2');
  for (const item of page.items) {
    expect(item.score).toBe(Object.values(item.parts).reduce((sum, part) => sum + part, 0));
  }
  const { data } = await graphql('{ feed { items { content score parts { name value } } } }', headers);
  const { items } = data['feed'] as unknown as { items: { content: string; score: number }[] };
  expect(items.map(({ content, score }) => [content, score])).toEqual(
    page.items.map(({ content, score }) => [content, score]),
  );
});

describe('the graph by GraphQL', () => {
  test('an edge tells its stored weight, as of when, and its weight of now', async () => {
    const query = `{ usersConnection(first: 1, where: {id: {eq: "ann"}}) { edges { node { id
      engagedConnection(first: 10, where: {edge: {storedWeight: {gt: 0}}}) {
        edges { properties { weightNow storedWeight asOf } node { id title tags(limit: 5) { name } authors(limit: 1) { id } } } } } } } }`;
    const { data, errors } = await graphql(query, await bearer('eve', 'analyst'));
    expect(errors).toBeUndefined();
    const asOf = NOW - DAY_MS;
    expect(data).toMatchObject({
      usersConnection: {
        edges: [
          {
            node: {
              engagedConnection: {
                edges: [
                  {
                    properties: {
                      storedWeight: 0.3,
                      asOf,
                      weightNow: 0.3 * 2 ** (-DAY_MS / DEFAULT_RANKING.halfLifeMs.ENGAGED),
                    },
                    node: { id: 'post:1', title: 'One', tags: [{ name: 'cats' }], authors: [{ id: 'bo' }] },
                  },
                ],
              },
            },
          },
        ],
      },
    });
  });

  test('the weight of now comes without asking for what it is computed from', async () => {
    const query = `{ tags(limit: 5) { name interestedConnection(first: 5) { edges { properties { weightNow } node { id } } } } }`;
    const { data, errors } = await graphql(query, await bearer('root', 'admin'));
    expect(errors).toBeUndefined();
    const [tag] = data['tags'] as unknown as {
      interestedConnection: { edges: { properties: { weightNow: number } }[] };
    }[];
    expect(tag?.interestedConnection.edges.every(({ properties }) => properties.weightNow > 0)).toBe(true);
  });

  test('every list and every edge of the schema can be read', async () => {
    const query = `{
      users(limit: 5, sort: [{id: ASC}]) { id
        interactedConnection(first: 5) { edges { properties { weightNow lastAt } } }
        interestsConnection(first: 5) { edges { properties { weightNow declared } } }
        connectedConnection(first: 5) { edges { properties { status follows circle since } } }
        communitiesConnection(first: 5) { edges { properties { since } } }
        suppressedContentsConnection(first: 5) { edges { properties { reason at } } }
        suppressedUsers(limit: 5) { id } suppressedTags(limit: 5) { name } suppressedCommunities(limit: 5) { id }
        authored(limit: 5) { id }
      }
      contents(limit: 5) { id type visibility createdAt firstAt deletedAt replyTo(limit: 1) { id } replies(limit: 1) { id } postedIn(limit: 1) { id } }
      communities(limit: 5) { id members(limit: 5) { id } contents(limit: 5) { id } }
      communitiesConnection(first: 1) { totalCount } contentsConnection(first: 1) { totalCount } tagsConnection(first: 1) { totalCount }
    }`;
    const { data, errors } = await graphql(query, await bearer('eve', 'analyst'));
    expect(errors).toBeUndefined();
    const users = data['users'] as unknown as {
      id: string;
      connectedConnection: { edges: { properties: object }[] };
    }[];
    expect(users.map(({ id }) => id)).toEqual(['ann', 'bo', 'cem']);
    expect(users[0]?.connectedConnection.edges[0]?.properties).toMatchObject({ follows: true, status: null });
    expect(data).toMatchObject({ contentsConnection: { totalCount: 2 } });
  });
});

test('statistics count what was received', async () => {
  const query =
    '{ activityStats(since: "2026-10-01T00:00:00Z", until: "2026-11-02T00:00:00Z") { total byType { activityType count } byDay { day count } } }';
  const { data } = await graphql(query, await bearer('eve', 'analyst'));
  expect(data['activityStats']).toEqual({
    total: 6,
    byType: [
      { activityType: 'like', count: 3 },
      { activityType: 'create', count: 2 },
      { activityType: 'follow', count: 1 },
    ],
    byDay: [{ day: '2026-11-01', count: 6 }],
  });
});

test('the service is ready, and its figures tell so', async () => {
  const answer = await fetch(`${base}/health/ready`);
  expect(answer.status).toBe(200);
  expect(readinessSchema.parse(await answer.json())).toMatchObject({ status: 'ready', projector: { lag: 0 } });
  expect(await (await fetch(`${base}/metrics`)).text()).toContain('activity_graph_projector_lag_positions 0');
});

describe('Law 8: read your writes', () => {
  test('the next feed has what was just done, fifty times', async () => {
    const headers = await bearer('dan', 'user');
    const shop = await bearer('shop', 'service');
    const posts = Array.from({ length: 50 }, (_, index) => `post:law8-${index}`);
    const made = posts.map((content, index) => ({
      user_id: `author-${index}`,
      activity_type: 'create',
      content,
      occurred_at: at(1),
    }));
    const { position: newest } = batchSchema.parse(await (await post('/activities/', made, shop)).json());
    const before = await fetch(`${base}/feed/?limit=100&after_position=${newest}`, { headers });
    const offered = feedSchema.parse(await before.json()).items.map((item) => item.content);
    expect(offered).toEqual(expect.arrayContaining(posts));
    for (const content of posts) {
      const liked = acceptedSchema.parse(
        await (await post('/activities/', { activity_type: 'like', content }, headers)).json(),
      );
      const answer = await fetch(`${base}/feed/?limit=100`, { headers });
      expect(answer.status, content).toBe(200);
      const page = feedSchema.parse(await answer.json());
      expect(page.position).toBeGreaterThanOrEqual(liked.position);
      expect(page.items.map((item) => item.content)).not.toContain(content);
    }
  });
});

test('an activity is retracted by the id that the answer named, and by the one that the list shows', async () => {
  const headers = await bearer('fay', 'user');
  const view = { activity_type: 'view', content: 'post:1' };
  const told = acceptedSchema.parse(await (await post('/activities/', view, headers)).json());
  expect((await post('/activities/', { activity_type: 'retract', activity_id: told.id }, headers)).status).toBe(201);
  await post('/activities/', view, headers);
  const list = await (await fetch(`${base}/activities/?limit=1`, { headers })).json();
  const [shown] = activityListSchema.parse(list).items;
  expect((await post('/activities/', { activity_type: 'retract', activity_id: shown?.id }, headers)).status).toBe(201);
  const foreign = await post(
    '/activities/',
    { activity_type: 'retract', activity_id: shown?.id },
    await bearer('ann', 'user'),
  );
  expect(foreign.status).toBe(422);
});

describe('Law 10: whatever is sent to the whole service, no answer is a 5xx', () => {
  const date = fc.constantFrom(
    '1970-01-01T00:00:00Z',
    '1970-01-01T00:00:00+23:59',
    '0000-01-01T00:00:00+23:59',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-23:59',
    '9999-12-31T23:59:59+23:59',
    '2026-02-30T00:00:00Z',
  );
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '\u0000',
      '\ud800',
      '\\N',
      '\\.',
      "'; --",
      '{}',
      '\t\n',
      '\u2028',
      '__proto__',
      'post:\u202e1',
      '%00',
    ),
  );
  const activity = fc.record(
    {
      id: odd,
      activity_type: fc.constantFrom(
        'like',
        'view',
        'create',
        'report',
        'retract',
        'search',
        'identify',
        'connection_request',
      ),
      content: fc.oneof(
        fc.constant('post:1'),
        odd,
        odd.map((id) => `post:${id}`),
      ),
      target_user_id: odd,
      community_id: odd,
      activity_id: odd,
      occurred_at: date,
      title: odd,
      description: odd,
      hashtags: fc.array(odd, { maxLength: 3 }),
      session_id: odd,
      duration_seconds: fc.double(),
      metadata: fc.dictionary(odd, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    },
    { requiredKeys: ['activity_type'] },
  );

  test('activities', async () => {
    const headers = await bearer('gus', 'user');
    await fc.assert(
      fc.asyncProperty(fc.array(activity, { minLength: 1, maxLength: 20 }), async (batch) => {
        expect((await post('/activities/', batch, headers)).status).toBe(200);
        const [only] = batch;
        expect((await post('/activities/', only, headers)).status).toBeLessThan(500);
      }),
      { numRuns: 25 },
    );
    expect(await app.projector.waitFor(await app.log.head(), 20_000)).toBe(true);
    expect((await fetch(`${base}/feed/`, { headers })).status).toBe(200);
  });

  test('parameters and variables', async () => {
    const headers = await bearer('gus', 'analyst');
    const beyond = fc.integer({ min: 1_000_000, max: Number.MAX_SAFE_INTEGER });
    const query =
      'query ($p: Position, $t: String, $u: ID) { feed(afterPosition: $p) { position } activityStats(userId: $u, since: $t, until: $t) { total } }';
    await fc.assert(
      fc.asyncProperty(beyond, date, odd, async (p, t, u) => {
        expect((await fetch(`${base}/feed/?after_position=${p}`, { headers })).status).toBe(400);
        for (const [path, parameters] of [
          ['/activities/', { since: t, until: t }],
          ['/activities/', { user_id: u.toWellFormed() }],
          ['/activities/', { content: `post:${u.toWellFormed()}` }],
          ['/feed/', { user_id: u.toWellFormed() }],
          ['/feed/', { cursor: u.toWellFormed() }],
        ] as const) {
          const answer = await fetch(`${base}${path}?${new URLSearchParams(parameters)}`, { headers });
          expect(answer.status, `${path} ${JSON.stringify(parameters)}`).toBeLessThan(500);
        }
        expect((await post('/graphql', { query, variables: { p, t, u } }, headers)).status).toBeLessThan(500);
      }),
      { numRuns: 25 },
    );
    const deep = `{"query": "{ __typename }", "variables": {"a": ${'['.repeat(2e5)}${']'.repeat(2e5)}}}`;
    const answer = await fetch(`${base}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: deep,
    });
    expect(answer.status).toBe(400);
  });
});
