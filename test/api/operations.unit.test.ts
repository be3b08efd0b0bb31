import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ACTIVITY_WORDS } from '../../src/activity/kinds.ts';
import { ROUTE_ACCESS } from '../../src/api/access.ts';
import { feedSchema, problemSchema, readinessSchema } from '../../src/api/rest/answers.ts';
import { itemExplanationSchema } from '../../src/api/rest/feed-explanation.ts';
import { feedSettingsSchema } from '../../src/api/rest/feed-settings.ts';
import { COMPONENTS } from '../../src/api/rest/openapi.ts';
import { EXAMPLES } from '../../src/api/rest/openapi-examples.ts';
import { AppError } from '../../src/core/errors.ts';
import { bearer, openTestApi } from './fixture.ts';

test('GET /feed/ answers a page, a Link to the next one, and is not to be cached', async () => {
  const api = await openTestApi();
  const answer = await api.app.request('/feed/?limit=3&after_position=12&algorithm=x', {
    headers: await bearer('ann', 'user'),
  });
  expect(feedSchema.parse(await answer.json()).items[0]?.parts).toEqual({ base: 0.5, engagement: 0.25 });
  expect(answer.headers.get('link')).toBe(
    '</feed/?limit=3&after_position=12&algorithm=x&cursor=the-next-page>; rel="next"',
  );
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  expect(api.recorded.feedRequests).toEqual([{ viewer: 'ann', limit: 3, afterPosition: 12, algorithm: 'x' }]);
});

test.each(['limit=0', 'limit=101', 'after_position=-1', 'after_position=x', 'algorythm=x', 'cursor=a&cursor=b'])(
  'GET /feed/?%s is answered 400',
  async (query) => {
    const api = await openTestApi();
    const answer = await api.app.request(`/feed/?${query}`, { headers: await bearer('ann', 'user') });
    expect(problemSchema.parse(await answer.json())).toMatchObject({ status: 400, code: 'REQUEST_MALFORMED' });
  },
);

test('a position beyond the end of the log is refused at once; the log is asked only when it may be new', async () => {
  let asked = 0;
  const head = async (): Promise<number> => {
    asked += 1;
    return 20;
  };
  const api = await openTestApi({ head });
  const headers = await bearer('ann', 'user');
  expect((await api.app.request('/feed/?after_position=7', { headers })).status).toBe(200);
  expect(asked).toBe(0);
  expect((await api.app.request('/feed/?after_position=20', { headers })).status).toBe(200);
  const rest = await api.app.request('/feed/?after_position=21', { headers });
  expect(problemSchema.parse(await rest.json())).toMatchObject({
    status: 400,
    code: 'REQUEST_MALFORMED',
    detail: 'after_position: the log ends at 20',
  });
  const graphql = await api.graphql('{ feed(afterPosition: 9007199254740991) { position } }', { headers });
  expect(graphql).toMatchObject({ status: 400, errors: [{ message: 'afterPosition: the log ends at 20' }] });
  expect(asked).toBe(3);
  expect(api.recorded.feedRequests).toHaveLength(2);
});

describe('readiness', () => {
  const down = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:7687'));
  const up = async () => undefined;
  const projector = (status: string) => () => ({ position: 5, head: 7, status });

  test.each([
    ['everything is up', { pingPostgres: up, pingNeo4j: up, projector: projector('running') }, 200, 'ready'],
    ['Neo4j is away', { pingPostgres: up, pingNeo4j: down, projector: projector('graph-away') }, 200, 'degraded'],
    [
      'the graph is being rebuilt',
      { pingPostgres: up, pingNeo4j: up, projector: projector('rebuilding') },
      200,
      'degraded',
    ],
    ['Postgres is away', { pingPostgres: down, pingNeo4j: up, projector: projector('running') }, 503, 'unavailable'],
    [
      'Postgres hangs',
      { pingPostgres: () => new Promise(() => undefined), pingNeo4j: up, projector: projector('running') },
      503,
      'unavailable',
    ],
  ])('while %s', async (_case, health, status, word) => {
    const api = await openTestApi({ health });
    const answer = await api.app.request('/health/ready');
    expect(answer.status).toBe(status);
    expect(readinessSchema.parse(await answer.json())).toMatchObject({
      status: word,
      projector: { position: 5, head: 7, lag: 2 },
    });
    expect((await api.app.request('/health/live')).status).toBe(200);
  });
});

test('an unexpected failure is masked, and logged once under the id that the caller is told', async () => {
  const secret = 'MATCH (u:User) SELECT * FROM activity_log at /srv/app.js:1';
  const api = await openTestApi({ feedPage: () => Promise.reject(new Error(secret)) });
  const headers = await bearer('ann', 'user');
  const rest = await (await api.app.request('/feed/', { headers })).text();
  const problem = problemSchema.parse(JSON.parse(rest));
  expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' });
  expect(api.recorded.logged.map(({ id }) => `urn:uuid:${String(id)}`)).toEqual([problem.instance]);
  expect(JSON.stringify(api.recorded.logged)).toContain('MATCH (u:User)');

  const graphql = await api.graphql('{ feed { position } }', { headers });
  expect([graphql.status, graphql.errors[0]?.extensions['code']]).toEqual([500, 'INTERNAL']);
  expect(api.recorded.logged.map(({ id }) => id)[1]).toBe(graphql.errors[0]?.extensions['id']);
  expect(api.recorded.logged).toHaveLength(2);
  expect(rest + JSON.stringify(graphql)).not.toMatch(/MATCH|SELECT|activity_log|app\.js|stack/);
});

test('a graph that is behind is answered 503 with Retry-After through both doors', async () => {
  const api = await openTestApi({ feedPage: () => Promise.reject(new AppError('GRAPH_BEHIND', 'at 3 of 9')) });
  const headers = await bearer('ann', 'user');
  const rest = await api.app.request('/feed/', { headers });
  expect([rest.status, rest.headers.get('retry-after')]).toEqual([503, '1']);
  const graphql = await api.graphql('{ feed { position } }', { headers });
  expect([graphql.status, graphql.headers.get('retry-after')]).toEqual([503, '1']);
  expect(graphql.errors[0]?.extensions['code']).toBe('GRAPH_BEHIND');
});

test('figures are kept by route and status, and never by address', async () => {
  const api = await openTestApi();
  await api.app.request('/feed/?user_id=secret-person');
  await api.app.request('/nothing/secret-person');
  await api.post('/activities/', [{ activity_type: 'login' }], await bearer('ann', 'user'));
  const text = await (await api.app.request('/metrics', { headers: await bearer('ops', 'service') })).text();
  expect(text).toContain(
    'activity_graph_http_request_duration_seconds_count{method="GET",route="/feed",status="401"} 1',
  );
  expect(text).toContain('route="unknown",status="404"} 1');
  expect(text).toContain('activity_graph_append_batch_activities_count 1');
  expect(text).not.toContain('secret-person');
});

describe('/openapi.json', () => {
  interface Document {
    readonly openapi: string;
    readonly paths: Record<
      string,
      Record<string, { operationId: string; parameters: { name: string; schema: object }[] }>
    >;
    readonly components: { schemas: Record<string, { properties: Record<string, { enum?: string[] }> }> };
  }
  const read = async (): Promise<Document> =>
    (await (await (await openTestApi()).app.request('/openapi.json')).json()) as Document;

  test('describes every route, and nothing else', async () => {
    const { openapi, paths } = await read();
    expect(openapi).toBe('3.1.0');
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/(?<=.)\/$/, '')}`),
    );
    expect(described.sort()).toEqual(
      Object.keys(ROUTE_ACCESS)
        .map((key) => key.replaceAll(/:(\w+)/gu, '{$1}'))
        .sort(),
    );
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('every reference leads somewhere', async () => {
    const document = await read();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) {
      const found = reference
        .split('/')
        .slice(1)
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
      expect(found, reference).toBeTypeOf('object');
    }
  });

  test('lists every kind of activity and the true limits', async () => {
    const { paths, components } = await read();
    expect(components.schemas['ActivityInput']?.properties['activity_type']?.enum).toEqual(ACTIVITY_WORDS);
    const limit = paths['/feed/']?.['get']?.parameters.find(({ name }) => name === 'limit');
    expect(limit?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 100, default: 20 });
  });

  test('tells the true form and codes of errors, and of what is listed', async () => {
    const { paths, components } = (await read()) as unknown as {
      paths: Record<string, Record<string, { responses: Record<string, { description: string; content: object }> }>>;
      components: { schemas: Record<string, { properties: object }> };
    };
    const answers = (path: string, method: string) => paths[path]?.[method]?.responses ?? {};
    for (const [status, answer] of Object.entries(answers('/graphql', 'post'))) {
      expect(Object.keys(answer.content), status).toEqual(['application/json']);
    }
    expect(Object.keys(answers('/graphql', 'post'))).toEqual(
      expect.arrayContaining(['400', '401', '403', '410', '413', '415', '422', '503']),
    );
    expect(Object.keys(answers('/feed/', 'get'))).toEqual(expect.arrayContaining(['410', '422', '503']));
    for (const code of ['GRAPH_BEHIND', 'GRAPH_UNAVAILABLE', 'GRAPH_REBUILDING', 'LOG_UNAVAILABLE']) {
      expect(answers('/feed/', 'get')['503']?.description).toContain(code);
    }
    expect(answers('/activities/', 'post')['503']?.description).toContain('LOG_OVERLOADED');
    expect(Object.keys(components.schemas['StoredActivity']?.properties ?? {})).toContain('effective_at');
    expect(JSON.stringify(components.schemas['ActivityList'])).toContain('#/components/schemas/StoredActivity');
  });

  test('has an example of everything that is sent and of what is answered, each true to its schema', async () => {
    const { paths } = (await read()) as unknown as {
      paths: Record<string, Record<string, { requestBody?: { content: object }; responses: Record<string, object> }>>;
    };
    const named = (part: unknown) => [...JSON.stringify(part).matchAll(/schemas\/(\w+)/g)].map(([, name = '']) => name);
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    const used = operations.flatMap(({ requestBody, responses }) => {
      const answers = Object.entries(responses).filter(([status]) => Number(status) < 300);
      return named([requestBody ?? {}, answers]);
    });
    expect(used.filter((name) => !Object.hasOwn(EXAMPLES, name))).toEqual([]);
    for (const [name, example] of Object.entries(EXAMPLES)) {
      const schema = COMPONENTS.find((one) => z.globalRegistry.get(one)?.id === name);
      expect(schema?.safeParse(example).error, name).toBeUndefined();
      expect(schema, name).toBeDefined();
    }
  });

  test('uses only what the regular expressions of most languages know', async () => {
    expect(JSON.stringify(await read())).not.toMatch(/\\\\[pP]\{/);
  });

  test('/docs shows every operation and every error', async () => {
    const page = await (await (await openTestApi()).app.request('/docs')).text();
    expect(page).toContain('POST /activities/');
    expect(page).toContain('id="CURSOR_EXPIRED"');
  });
});

describe('Law 10: bad input is the caller’s 4xx', () => {
  const fields = [
    'id',
    'user_id',
    'activity_type',
    'content',
    'occurred_at',
    'metadata',
    'hashtags',
    'duration_seconds',
  ];
  const activity = fc.dictionary(
    fc.constantFrom(...fields, 'activityType', '__proto__'),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const nearlyRight = fc.record(
    {
      id: fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.integer()),
      activity_type: fc.constantFrom(...ACTIVITY_WORDS.slice(0, 20), 'x'),
      content: fc.oneof(fc.constant('post:1'), fc.string({ unit: 'binary' })),
      target_user_id: fc.oneof(fc.constant('bo'), fc.string({ unit: 'binary' })),
      occurred_at: fc.oneof(fc.constant('2026-01-01T00:00:00Z'), fc.string()),
      duration_seconds: fc.double(),
      metadata: fc.jsonValue({ stringUnit: 'binary' }),
    },
    { requiredKeys: ['activity_type'] },
  );
  const body = fc.oneof(
    fc.jsonValue(),
    activity,
    nearlyRight,
    fc.array(fc.oneof(activity, nearlyRight), { maxLength: 5 }),
  );

  test('whatever JSON is posted to /activities/, the answer is never a 5xx', async () => {
    const api = await openTestApi();
    const headers = await bearer('ann', 'user');
    await fc.assert(
      fc.asyncProperty(body, async (json) => {
        const answer = await api.post('/activities/', JSON.stringify(json), headers);
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers.get('content-type')).toContain('json');
      }),
      { numRuns: 300 },
    );
    expect(api.recorded.logged).toEqual([]);
  });

  test('whatever text is posted, and whatever parameters are given, the answer is never a 5xx', async () => {
    const api = await openTestApi();
    const headers = await bearer('ann', 'user');
    const names = fc.constantFrom(
      'limit',
      'cursor',
      'user_id',
      'since',
      'activity_type',
      'content',
      'after_position',
      'x',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        names,
        fc.constantFrom('/activities/', '/feed/', '/graphql'),
        async (text, name, path) => {
          const query = new URLSearchParams([[name, text.toWellFormed()]]);
          expect((await api.app.request(`${path}?${query}`, { headers })).status).toBeLessThan(500);
          expect((await api.post('/activities/', text, headers)).status).toBeLessThan(500);
          expect(
            (await api.post('/graphql', { query: text, variables: { [name]: text } }, headers)).status,
          ).toBeLessThan(500);
        },
      ),
      { numRuns: 150 },
    );
    expect(api.recorded.logged).toEqual([]);
  });

  test('whatever is given to a GraphQL mutation, the answer is never a 5xx', async () => {
    const api = await openTestApi();
    const headers = await bearer('ann', 'user');
    const query = 'mutation ($inputs: [ActivityInput!]!) { trackActivities(inputs: $inputs) { results { status } } }';
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('like'));
    const input = fc.dictionary(
      fc.constantFrom('activityType', 'id', 'content', 'metadata', 'circle', 'userId', 'y'),
      value,
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.array(input)), async (inputs) => {
        expect((await api.graphql(query, { variables: { inputs }, headers })).status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
    expect(api.recorded.logged).toEqual([]);
  });
});

describe('/feed/settings/', () => {
  test('GraphQL sends the same change as REST, where null takes the dial back and says nothing elsewhere', async () => {
    const api = await openTestApi();
    const headers = await bearer('ann', 'user');
    const sent = {
      weights: { people: 1.5, new: null },
      off: ['trending'],
      network: null,
      muted_words: ['a'],
      muted_tags: ['b'],
      interests: { chess: 0 },
      social_proof: false,
    };
    const put = {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(sent),
    };
    const answer = await api.app.request('/feed/settings/', put);
    expect(feedSettingsSchema.parse(await answer.json())).toMatchObject({ revision: 0 });
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    const input = `{weights: [{name: "people", factor: 1.5}, {name: "new"}], off: ["trending"], network: null,
      mutedWords: ["a"], mutedTags: ["b"], interests: [{name: "chess", factor: 0}], socialProof: false}`;
    const { errors } = await api.graphql(`mutation { updateFeedSettings(input: ${input}) { socialProof } }`, {
      headers,
    });
    expect(errors).toEqual([]);
    await api.graphql('mutation { updateFeedSettings(input: {off: null, socialProof: null}) { revision } }', {
      headers,
    });
    expect(api.recorded.settingsOf.map(({ change }) => change)).toEqual([sent, sent, {}]);
  });
});

describe('/feed/{content}/explanation', () => {
  test('takes percent-encoded content and answers the same through both doors', async () => {
    const api = await openTestApi();
    const headers = await bearer('ann', 'user');
    const content = 'post:a/b c?ü';
    const path = `/feed/${encodeURIComponent(content)}/explanation/?limit=5&algorithm=graph_v2`;
    const answer = await api.app.request(path, { headers });
    const explained = itemExplanationSchema.parse(await answer.json());
    expect(explained.content).toBe(content);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    const query = `query ($content: ID!) { feedItemExplanation(content: $content, first: 5, algorithm: "graph_v2") {
      content status ruledOut { rule remedy undo still } } }`;
    const { data, errors } = await api.graphql(query, { headers, variables: { content } });
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      feedItemExplanation: {
        content,
        status: 'RULED_OUT',
        ruledOut: { undo: { activity_type: 'unhide' }, still: true },
      },
    });
    const asked = { viewer: 'ann', content, limit: 5, algorithm: 'graph_v2' };
    expect(api.recorded.explainRequests).toEqual([asked, asked]);
  });
});
