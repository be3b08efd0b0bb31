import { GraphQLList, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { FIELD_ACCESS, ROUTE_ACCESS } from '../../src/api/access.ts';
import { reachableFrom } from '../../src/api/graphql/graph/reach.ts';
import { GRAPH_NODES, ROOT_LISTS } from '../../src/api/graphql/graph/types.ts';
import { createSchema, guardRootFields } from '../../src/api/graphql/schema.ts';
import { ROLES, type Role } from '../../src/core/caller.ts';
import { bearer, openTestApi, type TestApi } from './fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});

const NOBODY = 'nobody';
const WHO = [NOBODY, ...ROLES] as const;

const headersOf = async (who: (typeof WHO)[number]): Promise<Record<string, string>> =>
  who === NOBODY ? {} : await bearer('me', who);

test('every registered route has its entry in ROUTE_ACCESS, and every entry its route', () => {
  const registered = api.app.routes.map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(registered)].sort()).toEqual(Object.keys(ROUTE_ACCESS).sort());
});

const ROUTE_TABLE: Record<keyof typeof ROUTE_ACCESS, Record<(typeof WHO)[number], number>> = {
  'POST /activities': { nobody: 401, user: 422, service: 422, analyst: 422, moderator: 422, admin: 422 },
  'GET /activities': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /activities/recent': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'PUT /content': { nobody: 401, user: 400, service: 400, analyst: 400, moderator: 400, admin: 400 },
  'PUT /content/:content': { nobody: 401, user: 201, service: 201, analyst: 201, moderator: 201, admin: 201 },
  'GET /content/:content': { nobody: 401, user: 404, service: 404, analyst: 404, moderator: 404, admin: 404 },
  'DELETE /content/:content': { nobody: 401, user: 404, service: 200, analyst: 404, moderator: 404, admin: 200 },
  'PUT /users': { nobody: 401, user: 400, service: 400, analyst: 400, moderator: 400, admin: 400 },
  'PUT /users/:user': { nobody: 401, user: 403, service: 201, analyst: 403, moderator: 403, admin: 201 },
  'GET /users/:user': { nobody: 401, user: 403, service: 404, analyst: 404, moderator: 403, admin: 404 },
  'DELETE /users/:user': { nobody: 401, user: 403, service: 200, analyst: 403, moderator: 403, admin: 200 },
  'GET /users/:user/export': { nobody: 401, user: 403, service: 200, analyst: 403, moderator: 403, admin: 200 },
  'GET /engagement': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'POST /engagement/recalculate': { nobody: 401, user: 403, service: 202, analyst: 403, moderator: 403, admin: 202 },
  'GET /engagement/recalculate/:run': {
    nobody: 401,
    user: 403,
    service: 404,
    analyst: 404,
    moderator: 403,
    admin: 404,
  },
  'GET /stats': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /stats/daily': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /feed': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /feed/settings': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /feed/:content/explanation': {
    nobody: 401,
    user: 200,
    service: 200,
    analyst: 200,
    moderator: 200,
    admin: 200,
  },
  'PUT /feed/settings': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'POST /feed/settings/reset': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /profile': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /interests': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /trending/tags': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /comments': { nobody: 401, user: 400, service: 400, analyst: 400, moderator: 400, admin: 400 },
  'GET /stats/content': { nobody: 401, user: 403, service: 403, analyst: 200, moderator: 403, admin: 200 },
  'GET /connections': { nobody: 401, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /feed/metrics': { nobody: 401, user: 403, service: 403, analyst: 200, moderator: 403, admin: 200 },
  'POST /cypher': { nobody: 401, user: 403, service: 403, analyst: 400, moderator: 403, admin: 400 },
  'PUT /similarity/:model': { nobody: 401, user: 403, service: 400, analyst: 403, moderator: 403, admin: 400 },
  'DELETE /similarity/:model': { nobody: 401, user: 403, service: 400, analyst: 403, moderator: 403, admin: 400 },
  'POST /v1/track': { nobody: 401, user: 422, service: 422, analyst: 422, moderator: 422, admin: 422 },
  'POST /v1/identify': { nobody: 401, user: 200, service: 422, analyst: 200, moderator: 200, admin: 422 },
  'POST /v1/page': { nobody: 401, user: 200, service: 422, analyst: 200, moderator: 200, admin: 422 },
  'POST /v1/screen': { nobody: 401, user: 200, service: 422, analyst: 200, moderator: 200, admin: 422 },
  'POST /v1/group': { nobody: 401, user: 422, service: 422, analyst: 422, moderator: 422, admin: 422 },
  'POST /v1/alias': { nobody: 401, user: 422, service: 422, analyst: 422, moderator: 422, admin: 422 },
  'POST /v1/batch': { nobody: 401, user: 400, service: 400, analyst: 400, moderator: 400, admin: 400 },
  'POST /graphql': { nobody: 401, user: 400, service: 400, analyst: 400, moderator: 400, admin: 400 },
  'GET /graphql': { nobody: 200, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /health/live': { nobody: 200, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /health/ready': { nobody: 200, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /openapi.json': { nobody: 200, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /docs': { nobody: 200, user: 200, service: 200, analyst: 200, moderator: 200, admin: 200 },
  'GET /metrics': { nobody: 401, user: 403, service: 200, analyst: 403, moderator: 403, admin: 200 },
};

describe('every route for every role, with and without the last slash', () => {
  test.each(Object.entries(ROUTE_TABLE).flatMap(([key, row]) => WHO.map((who) => [key, who, row[who]] as const)))(
    '%s as %s: %i',
    async (key, who, status) => {
      const [method = '', path = ''] = key.split(' ');
      for (const written of [path, `${path}/`].map((known) => known.replace(/:\w+/u, 'post%3Ap1'))) {
        const headers = { 'content-type': 'application/json', ...(await headersOf(who)) };
        const body = method === 'POST' || method === 'PUT' ? { body: '{}' } : {};
        expect((await api.app.request(written, { method, headers, ...body })).status).toBe(status);
      }
    },
  );
});

test('/metrics needs no token when the service listens on loopback only', async () => {
  const local = await openTestApi({ metricsOpen: true });
  const answer = await local.app.request('/metrics');
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('activity_graph_projector_lag_positions 2');
});

describe('whose data', () => {
  const others: Record<Role, number> = { user: 403, moderator: 403, service: 200, analyst: 200, admin: 200 };

  test.each(ROLES)('a %s asks for the data of somebody else', async (role) => {
    const headers = await bearer('me', role);
    for (const path of [
      '/activities/?user_id=ann',
      '/feed/?user_id=ann',
      '/feed/settings/?user_id=ann',
      '/profile/?user_id=ann',
      '/interests/?user_id=ann',
      '/feed/post%3Ap1/explanation?user_id=ann',
      '/comments/?content=post:p1&user_id=ann',
      '/connections/?user_id=ann',
      '/stats/daily/?user_id=ann',
    ]) {
      expect((await api.app.request(path, { headers })).status, path).toBe(others[role]);
    }
    for (const query of [
      '{ feedItemExplanation(content: "post:p1", userId: "ann") { status } }',
      '{ feed(userId: "ann") { position } }',
      '{ activityStats(userId: "ann") { total } }',
      '{ dailyActivity(userId: "ann") { position } }',
      '{ feedSettings(userId: "ann") { revision } }',
      '{ behaviourProfile(userId: "ann") { consistency } }',
      '{ interests(userId: "ann") { tag } }',
      '{ comments(content: "post:p1", userId: "ann") { next } }',
      '{ connections(userId: "ann") { strength } }',
    ]) {
      expect((await api.graphql(query, { headers })).status, query).toBe(others[role]);
    }
  });

  test.each(ROLES)('a %s asks for their own data by name', async (role) => {
    const headers = await bearer('me', role);
    for (const path of ['/activities/?user_id=me', '/feed/?user_id=me']) {
      expect((await api.app.request(path, { headers })).status, path).toBe(200);
    }
  });

  test.each(ROLES)('a %s who names nobody gets everybody only if they may', async (role) => {
    const fresh = await openTestApi();
    const headers = await bearer('me', role);
    await fresh.app.request('/activities/', { headers });
    await fresh.graphql('{ activityStats { total } }', { headers });
    const expected = others[role] === 200 ? undefined : 'me';
    expect(fresh.recorded.activityQueries.map(({ userId }) => userId)).toEqual([expected]);
    expect(fresh.recorded.statisticsQueries.map(({ userId }) => userId)).toEqual([expected]);
  });

  test.each(ROLES)('a %s changes the settings of somebody else', async (role) => {
    const fresh = await openTestApi();
    const headers = { 'content-type': 'application/json', ...(await bearer('me', role)) };
    const expected = role === 'service' || role === 'admin' ? 200 : 403;
    const put = { method: 'PUT', headers, body: '{"network":1}' };
    expect((await fresh.app.request('/feed/settings/?user_id=ann', put)).status).toBe(expected);
    expect((await fresh.post('/feed/settings/reset/?user_id=ann', '', headers)).status).toBe(expected);
    for (const mutation of [
      'updateFeedSettings(input: {network: 1}, userId: "ann")',
      'resetPersonalisation(userId: "ann")',
    ]) {
      const query = `mutation { ${mutation} { revision } }`;
      expect((await fresh.graphql(query, { headers })).status, query).toBe(expected);
    }
    const change = { person: 'ann', change: { network: 1 } };
    expect(fresh.recorded.settingsOf).toEqual(
      expected === 200 ? [change, { person: 'ann' }, change, { person: 'ann' }] : [],
    );
  });

  test.each(ROLES)('a %s sends an activity of somebody else', async (role) => {
    const headers = await bearer('me', role);
    const allowed = role === 'service' || role === 'admin';
    const activity = { activity_type: 'login', user_id: 'ann' };
    expect((await api.post('/activities/', activity, headers)).status).toBe(allowed ? 201 : 403);
    const batch = await (await api.post('/activities/', [activity], headers)).json();
    expect(batch).toMatchObject({ results: [allowed ? { status: 'accepted' } : { error: { code: 'FORBIDDEN' } }] });
    const track = 'mutation { trackActivity(input: {activityType: "login", userId: "ann"}) { status error { code } } }';
    const { data } = await api.graphql(track, { headers });
    expect(data).toMatchObject({
      trackActivity: allowed
        ? { status: 'ACCEPTED', error: null }
        : { status: 'INVALID', error: { code: 'FORBIDDEN' } },
    });
  });
});

/** One harmless use of every root field. The graph's own fields reach for a Neo4j that is not there: 503 is past the guard. */
const FIELD_USES: Record<keyof typeof FIELD_ACCESS, string> = {
  'Query.feed': '{ feed { position } }',
  'Query.feedItemExplanation': '{ feedItemExplanation(content: "post:p1") { status } }',
  'Query.hashtagFeed': '{ hashtagFeed(tag: "chess") { position } }',
  'Query.profileFeed': '{ profileFeed(author: "7") { position } }',
  'Query.similarContent': '{ similarContent(content: "post:p1") { position } }',
  'Query.feedSettings': '{ feedSettings { revision } }',
  'Query.feedMetrics': '{ feedMetrics { served } }',
  'Query.activityStats': '{ activityStats { total } }',
  'Query.dailyActivity': '{ dailyActivity { position } }',
  'Query.behaviourProfile': '{ behaviourProfile { consistency } }',
  'Query.interests': '{ interests { tag } }',
  'Query.trendingTags': '{ trendingTags { tag } }',
  'Query.comments': '{ comments(content: "post:p1") { next } }',
  'Query.postcommentsByPostUid': '{ postcommentsByPostUid(postUid: "p1") { next } }',
  'Query.profileByUserId': '{ profileByUserId(userId: "7") { own } }',
  'Query.engagementReport': '{ engagementReport { content } }',
  'Query.engagementScores': '{ engagementScores { position } }',
  'Query.connections': '{ connections { strength } }',
  'Query.users': '{ users(limit: 1) { id } }',
  'Query.usersConnection': '{ usersConnection(first: 1) { totalCount } }',
  'Query.contents': '{ contents(limit: 1) { id } }',
  'Query.contentsConnection': '{ contentsConnection(first: 1) { totalCount } }',
  'Query.tags': '{ tags(limit: 1) { name } }',
  'Query.tagsConnection': '{ tagsConnection(first: 1) { totalCount } }',
  'Query.communities': '{ communities(limit: 1) { id } }',
  'Query.communitiesConnection': '{ communitiesConnection(first: 1) { totalCount } }',
  'Mutation.trackActivity': 'mutation { trackActivity(input: {activityType: "login"}) { status } }',
  'Mutation.updateFeedSettings': 'mutation { updateFeedSettings(input: {}) { revision } }',
  'Mutation.resetPersonalisation': 'mutation { resetPersonalisation { revision } }',
  'Mutation.eraseUser': 'mutation { eraseUser(userId: "me") { status } }',
  'Mutation.trackActivities': 'mutation { trackActivities(inputs: []) { position } }',
  'Subscription.activityRecorded': 'subscription { activityRecorded { position } }',
  'Subscription.feedUpdated': 'subscription { feedUpdated { position } }',
};

describe('every GraphQL root field for every role', () => {
  const everyone = new Set([
    'feed',
    'hashtagFeed',
    'profileFeed',
    'similarContent',
    'feedSettings',
    'feedItemExplanation',
    'activityStats',
    'engagementScores',
    'dailyActivity',
    'behaviourProfile',
    'interests',
    'trendingTags',
    'comments',
    'postcommentsByPostUid',
    'profileByUserId',
    'connections',
    'trackActivity',
    'trackActivities',
    'updateFeedSettings',
    'resetPersonalisation',
    'eraseUser',
    'activityRecorded',
    'feedUpdated',
  ]);
  const analysts = new Set(['feedMetrics', 'engagementReport']);
  const graphReaders = new Set<string>(['analyst', 'admin']);

  test.each(Object.entries(FIELD_USES).flatMap(([field, query]) => WHO.map((who) => [field, who, query] as const)))(
    '%s as %s',
    async (field, who, query) => {
      const accept = field.startsWith('Subscription.') ? 'text/event-stream' : 'application/json';
      const { status, errors } = await api.graphql(query, { headers: { accept, ...(await headersOf(who)) } });
      const name = field.split('.')[1] ?? '';
      if (who === NOBODY) {
        expect([status, errors[0]?.extensions['code']]).toEqual([401, 'AUTH_REQUIRED']);
      } else if (everyone.has(name)) {
        expect([status, errors]).toEqual([200, []]);
      } else if (graphReaders.has(who) && analysts.has(name)) {
        expect([status, errors]).toEqual([200, []]);
      } else if (graphReaders.has(who)) {
        expect([status, errors[0]?.extensions['code']]).toEqual([503, 'GRAPH_UNAVAILABLE']);
      } else {
        expect([status, errors[0]?.extensions['code']]).toEqual([403, 'FORBIDDEN']);
      }
    },
  );

  test('an alias or a fragment does not get around the guard', async () => {
    const headers = await bearer('me', 'user');
    for (const query of [
      '{ feed: users(limit: 1) { id } }',
      'query { ...F } fragment F on Query { a: users(limit: 1) { id } }',
      '{ ... on Query { ... on Query { usersConnection(first: 1) { totalCount } } } }',
      '{ feed { position } tags(limit: 1) { name } }',
    ]) {
      const { status, data, errors } = await api.graphql(query, { headers });
      expect([status, data ?? null, errors[0]?.extensions['code']], query).toEqual([403, null, 'FORBIDDEN']);
    }
  });

  test('the schema has no mutation or subscription of its own making and no aggregate', async () => {
    const query =
      '{ __schema { queryType { fields { name } } mutationType { fields { name } } subscriptionType { fields { name } } types { name } } }';
    const { data } = await api.graphql(query, { headers: await bearer('me', 'user') });
    const schema = (data as { __schema: Record<string, { fields: { name: string }[] } | { name: string }[] | null> })
      .__schema;
    const fields = (type: string, kind: string) =>
      (schema[kind] as { fields: { name: string }[] }).fields.map(({ name }) => `${type}.${name}`);
    const served = [
      ...fields('Query', 'queryType'),
      ...fields('Mutation', 'mutationType'),
      ...fields('Subscription', 'subscriptionType'),
    ];
    expect(served.sort()).toEqual(Object.keys(FIELD_ACCESS).sort());
    const types = (schema['types'] as { name: string }[]).map(({ name }) => name);
    expect(types.filter((name) => /aggregat|CreateInput|UpdateInput|DeleteInput/i.test(name))).toEqual([]);
  });

  test('only the lists of the graph lead to its nodes, and nothing changes or follows them', async () => {
    const schema = await createSchema({ halfLifeMs: DEFAULT_RANKING.halfLifeMs } as never);
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const leading = roots.flatMap((type) =>
      Object.values(type?.getFields() ?? {})
        .filter((field) => [...reachableFrom(field)].some(({ name }) => GRAPH_NODES.includes(name)))
        .map((field) => `${type?.name}.${field.name}`),
    );
    const lists = ROOT_LISTS.flatMap(({ list, connection }) => [`Query.${list}`, `Query.${connection}`]);
    expect(leading.sort()).toEqual(lists.sort());
    const roles = new Map<string, readonly string[]>(Object.entries(FIELD_ACCESS));
    expect(lists.filter((name) => String(roles.get(name)) !== 'analyst,admin')).toEqual([]);
  });

  test('a field for everybody that leads to a node of the graph keeps the service from starting', () => {
    const node = new GraphQLObjectType({ name: 'Content', fields: { id: { type: GraphQLString } } });
    const item = new GraphQLObjectType({ name: 'Item', fields: { of: { type: new GraphQLList(node) } } });
    const query = new GraphQLObjectType({ name: 'Query', fields: { feed: { type: item } } });
    expect(() => guardRootFields(new GraphQLSchema({ query }))).toThrow('Query.feed leads user, ');
  });

  test('a root field without an entry keeps the service from starting', () => {
    const query = new GraphQLObjectType({ name: 'Query', fields: { secrets: { type: GraphQLString } } });
    expect(() => guardRootFields(new GraphQLSchema({ query }))).toThrow('Query.secrets');
  });

  test('a root field refuses without a caller even where no route stands before it', () => {
    const query = new GraphQLObjectType({ name: 'Query', fields: { feed: { type: GraphQLString } } });
    guardRootFields(new GraphQLSchema({ query }));
    const { resolve } = query.getFields()['feed'] ?? {};
    expect(() => resolve?.({}, {}, {}, {} as never)).toThrow('needs a token');
  });

  test('a subscription refuses without a caller before anything is opened for it', () => {
    let opened = 0;
    const subscribe = async () => {
      opened += 1;
      return (async function* () {})();
    };
    const subscription = new GraphQLObjectType({
      name: 'Subscription',
      fields: { feedUpdated: { type: GraphQLString, subscribe } },
    });
    guardRootFields(new GraphQLSchema({ subscription }));
    const guarded = subscription.getFields()['feedUpdated']?.subscribe;
    expect(() => guarded?.({}, {}, {}, {} as never)).toThrow('needs a token');
    expect(opened).toBe(0);
  });
});

test('an unknown path is answered 404, a wrong method 405 with the right ones', async () => {
  for (const path of ['/nothing', '/', '/activities/x', '//activities', '/%ff']) {
    const answer = await api.app.request(path);
    expect(answer.status, path).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'NOT_FOUND' });
  }
  const wrong = await api.app.request('/activities/', { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD']);
});
