import { beforeAll, describe, expect, test } from 'vitest';
import { activityInputSchema } from '../../src/activity/activity.ts';
import { bearer, openTestApi, type TestApi } from './fixture.ts';

let api: TestApi;
let ann: Record<string, string>;
let analyst: Record<string, string>;

beforeAll(async () => {
  api = await openTestApi();
  ann = await bearer('ann', 'user');
  analyst = await bearer('eve', 'analyst');
});

const INPUT = { id: 'g1', activityType: 'like', content: 'post:p1', durationSeconds: 3.5, metadata: { a: [1, null] } };
const TRACK = `mutation ($input: ActivityInput!) {
  trackActivity(input: $input) { id position status error { code message remedy } }
}`;

test('trackActivity answers accepted, duplicate, conflict and invalid', async () => {
  const track = async (input: object) =>
    (await api.graphql(TRACK, { variables: { input }, headers: ann })).data?.['trackActivity'];
  expect(await track(INPUT)).toEqual({ id: 'g1', position: 1, status: 'ACCEPTED', error: null });
  expect(await track({ ...INPUT, occurredAt: null })).toEqual({
    id: 'g1',
    position: 1,
    status: 'DUPLICATE',
    error: null,
  });
  expect(await track({ ...INPUT, content: 'post:p2' })).toMatchObject({
    status: 'CONFLICT',
    position: null,
    error: { code: 'ACTIVITY_CONFLICT' },
  });
  expect(await track({ activityType: 'like' })).toMatchObject({
    id: null,
    position: null,
    status: 'INVALID',
    error: { code: 'ACTIVITY_INVALID' },
  });
});

test('trackActivities answers one result an input, in order', async () => {
  const query =
    'mutation ($inputs: [ActivityInput!]!) { trackActivities(inputs: $inputs) { results { id status } position } }';
  const inputs = [{ id: 'g2', activityType: 'login' }, { activityType: 'nothing' }];
  const { data } = await api.graphql(query, { variables: { inputs }, headers: ann });
  expect(data).toEqual({
    trackActivities: {
      results: [
        { id: 'g2', status: 'ACCEPTED' },
        { id: null, status: 'INVALID' },
      ],
      position: 2,
    },
  });
  const tooMany = await api.graphql(query, { variables: { inputs: Array(2_501).fill(inputs[0]) }, headers: ann });
  expect([tooMany.status, tooMany.errors[0]?.extensions['code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
});

test('ActivityInput has every field of an activity, in camelCase', async () => {
  const { data } = await api.graphql('{ __type(name: "ActivityInput") { inputFields { name } } }', { headers: ann });
  const names = (data as { __type: { inputFields: { name: string }[] } }).__type.inputFields.map(({ name }) => name);
  const snake = names.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  expect(snake).toEqual(Object.keys(activityInputSchema.shape));
});

test('feed answers a page with its parts as a list, in order', async () => {
  const query = `{ feed(first: 5, after: "c", afterPosition: 9, algorithm: "x") {
    algorithm position next items { content title rank score parts { name value } movedBy sources reasons proof { people { id name } others } }
  } }`;
  const { data, errors } = await api.graphql(query, { headers: ann });
  expect(errors).toEqual([]);
  expect(data?.['feed']).toMatchObject({
    items: [
      {
        parts: [
          { name: 'base', value: 0.5 },
          { name: 'engagement', value: 0.25 },
        ],
        movedBy: ['author'],
      },
    ],
    next: 'the-next-page',
  });
  expect(api.recorded.feedRequests.at(-1)).toEqual({
    viewer: 'ann',
    limit: 5,
    cursor: 'c',
    afterPosition: 9,
    algorithm: 'x',
  });
});

const where = (depth: number): string => (depth === 0 ? '{}' : `{NOT: ${where(depth - 1)}}`);
const nested = (depth: number): string => (depth === 0 ? 'id' : `id interacted(limit: 1) { ${nested(depth - 1)} }`);
/** Each fragment spreads the next one twice: 2³⁰ fields from 30 lines. */
const bomb = Array.from({ length: 30 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ... { ...F${i + 1} } }`).join(
  ' ',
);

const REFUSED: [string, string, unknown, string][] = [
  ['garbage', '{ feed ', undefined, 'REQUEST_MALFORMED'],
  ['an empty text', '', undefined, 'REQUEST_MALFORMED'],
  ['an unknown field', '{ secrets }', undefined, 'REQUEST_MALFORMED'],
  [
    'an operation that is not there',
    'query A { feed { position } } query B { feed { position } }',
    undefined,
    'REQUEST_MALFORMED',
  ],
  ['a subscription', 'subscription { feed }', undefined, 'REQUEST_MALFORMED'],
  ['a variable of another type', 'query ($n: Int) { feed(first: $n) { position } }', { n: 'x' }, 'REQUEST_MALFORMED'],
  ['a negative position', '{ feed(afterPosition: -1) { position } }', undefined, 'REQUEST_MALFORMED'],
  ['first 0', '{ feed(first: 0) { position } }', undefined, 'REQUEST_MALFORMED'],
  ['first -1', '{ feed(first: -1) { position } }', undefined, 'REQUEST_MALFORMED'],
  ['first 101', '{ feed(first: 101) { position } }', undefined, 'REQUEST_MALFORMED'],
  ['first 2³¹', '{ feed(first: 2147483648) { position } }', undefined, 'REQUEST_MALFORMED'],
  ['a time that is none', '{ activityStats(since: "yesterday") { total } }', undefined, 'REQUEST_MALFORMED'],
  ['a time of ten years', '{ activityStats(since: "2016-01-01T00:00:00Z") { total } }', undefined, 'REQUEST_MALFORMED'],
  ['no limit', '{ users { id } }', undefined, 'REQUEST_MALFORMED'],
  ['limit 0', '{ users(limit: 0) { id } }', undefined, 'REQUEST_MALFORMED'],
  ['limit -5 by variable', 'query ($n: Int!) { users(limit: $n) { id } }', { n: -5 }, 'REQUEST_MALFORMED'],
  ['limit -5 by default', 'query ($n: Int! = -5) { users(limit: $n) { id } }', undefined, 'REQUEST_MALFORMED'],
  ['limit 501', '{ users(limit: 501) { id } }', undefined, 'REQUEST_MALFORMED'],
  ['a negative nested limit', '{ users(limit: 1) { engaged(limit: -1) { id } } }', undefined, 'REQUEST_MALFORMED'],
  ['offset -1', '{ users(limit: 1, offset: -1) { id } }', undefined, 'REQUEST_MALFORMED'],
  [
    'a garbled cursor of the graph',
    '{ usersConnection(first: 1, after: "x") { totalCount } }',
    undefined,
    'CURSOR_MALFORMED',
  ],
  [
    'a nested garbled cursor of the graph',
    '{ users(limit: 1) { engagedConnection(first: 1, after: "YXJyYXljb25uZWN0aW9uOi01") { totalCount } } }',
    undefined,
    'CURSOR_MALFORMED',
  ],
  [
    'an empty cursor of the graph',
    '{ tagsConnection(first: 1, after: "") { totalCount } }',
    undefined,
    'CURSOR_MALFORMED',
  ],
  ['a connection without first', '{ usersConnection { totalCount } }', undefined, 'REQUEST_MALFORMED'],
  ['first 501 of the graph', '{ usersConnection(first: 501) { totalCount } }', undefined, 'REQUEST_MALFORMED'],
  ['first null', '{ usersConnection(first: null) { totalCount } }', undefined, 'REQUEST_MALFORMED'],
  ['no nested limit', '{ users(limit: 1) { engaged { id } } }', undefined, 'REQUEST_MALFORMED'],
  [
    'a nested first of -1 by variable',
    'query ($n: Int!) { users(limit: 1) { tiesConnection(first: $n) { totalCount } } }',
    { n: -1 },
    'REQUEST_MALFORMED',
  ],
  [
    'a filter without an index',
    '{ users(limit: 1, where: {id: {contains: "a"}}) { id } }',
    undefined,
    'REQUEST_MALFORMED',
  ],
  ['null for a filter', '{ users(limit: 1, where: {id: null}) { id } }', undefined, 'REQUEST_MALFORMED'],
  [
    'a null that no filter can be made of',
    'query ($w: UserTiesConnectionWhere) { users(limit: 1) { tiesConnection(first: 1, where: $w) { totalCount } } }',
    { w: { OR: [{ node: null }] } },
    'REQUEST_MALFORMED',
  ],
  [
    'an alias that is the name of what a computed field needs',
    '{ users(limit: 1) { engagedConnection(first: 1) { edges { properties { weightNow asOf: lastAt } } } } }',
    undefined,
    'REQUEST_MALFORMED',
  ],
  ['a filter by title', '{ contents(limit: 1, where: {title: {eq: "a"}}) { id } }', undefined, 'REQUEST_MALFORMED'],
  [
    'a filter that follows edges',
    '{ users(limit: 1, where: {engagedConnection: {some: {edge: {lastAt: {gt: 1}}}}}) { id } }',
    undefined,
    'REQUEST_MALFORMED',
  ],
  [
    'a sort by what is computed',
    '{ users(limit: 1) { tiesConnection(first: 1, sort: [{edge: {strengthNow: ASC}}]) { totalCount } } }',
    undefined,
    'REQUEST_MALFORMED',
  ],
  ['a text that is long, comment or not', `{ __typename } #${'x'.repeat(50_000)}`, undefined, 'QUERY_TOO_COSTLY'],
  ['too many rows', '{ users(limit: 500) { engaged(limit: 500) { id } } }', undefined, 'QUERY_TOO_COSTLY'],
  [
    'too many rows of connections',
    'query ($n: Int!) { usersConnection(first: $n) { edges { node { tiesConnection(first: $n) { edges { cursor } } } } } }',
    { n: 150 },
    'QUERY_TOO_COSTLY',
  ],
  [
    'eleven lists of the graph',
    `{ ${Array.from({ length: 11 }, (_, i) => `a${i}: usersConnection(first: 1) { totalCount }`).join(' ')} }`,
    undefined,
    'QUERY_TOO_COSTLY',
  ],
  ['a filter of depth 50', `{ users(limit: 1, where: ${where(50)}) { id } }`, undefined, 'QUERY_TOO_COSTLY'],
  [
    'a filter of 2,000 ids',
    '($ids: [ID!]) { users(limit: 1, where: {id: {in: $ids}}) { id } }'.replace('(', 'query ('),
    { ids: Array(2_000).fill('7') },
    'QUERY_TOO_COSTLY',
  ],
  ['depth 50', `{ users(limit: 1) { ${nested(50)} } }`, undefined, 'QUERY_TOO_COSTLY'],
  [
    '10⁴ aliases',
    `{ ${Array.from({ length: 1e4 }, (_, i) => `a${i}: feed { position }`).join(' ')} }`,
    undefined,
    'QUERY_TOO_COSTLY',
  ],
  [
    '100 aliases',
    `{ ${Array.from({ length: 100 }, (_, i) => `a${i}: feed { position }`).join(' ')} }`,
    undefined,
    'QUERY_TOO_COSTLY',
  ],
  ['10⁵ tokens', `{ ${'__typename '.repeat(1e5)} }`, undefined, 'QUERY_TOO_COSTLY'],
  ['1,000 directives', `{ __typename ${'@skip(if: false) '.repeat(390)} }`, undefined, 'QUERY_TOO_COSTLY'],
  [
    'a cycle of fragments',
    '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    undefined,
    'REQUEST_MALFORMED',
  ],
  ['a fragment bomb', `{ ...F0 } ${bomb} fragment F30 on Query { __typename }`, undefined, 'QUERY_TOO_COSTLY'],
  [
    'a loop through the schema of the schema',
    `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} } '.repeat(8)} } } }`,
    undefined,
    'REQUEST_MALFORMED',
  ],
];

describe('what is refused with a 4xx and a code', () => {
  test.each(REFUSED)('%s', async (_case, query, variables, code) => {
    const { status, data, errors } = await api.graphql(query, { variables, headers: analyst });
    expect([errors[0]?.extensions['code'], status], errors[0]?.message).toEqual([code, 400]);
    expect(errors[0]?.extensions['remedy']).toMatch(/\.$/);
    expect(data ?? null).toBeNull();
  });

  test('each of them in little time', async () => {
    for (const [name, query, variables] of REFUSED) {
      const started = performance.now();
      await api.graphql(query, { variables, headers: analyst });
      // The figure of TRUST S3 is 50 ms on a quiet machine.
      expect(performance.now() - started, name).toBeLessThan(500);
    }
  });

  test.each([
    ['a batch of operations', [{ query: '{ __typename }' }], 400, 'REQUEST_MALFORMED'],
    ['no operation', {}, 400, 'REQUEST_MALFORMED'],
    ['variables that are no object', { query: '{ __typename }', variables: [1] }, 400, 'REQUEST_MALFORMED'],
    ['a name that is no text', { query: '{ __typename }', operationName: 7 }, 400, 'REQUEST_MALFORMED'],
    ['extensions that are a list', { query: '{ __typename }', extensions: [] }, 400, 'REQUEST_MALFORMED'],
    ['null', null, 400, 'REQUEST_MALFORMED'],
  ])('%s', async (_case, body, status, code) => {
    const answer = await api.post('/graphql', JSON.stringify(body), ann);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/graphql',
  ])('a cross-site post as %s: 401 without a token, 415 with one', async (type) => {
    const body = 'query={feed{position}}';
    expect((await api.post('/graphql', body, { 'content-type': type })).status).toBe(401);
    expect((await api.post('/graphql', body, { 'content-type': type, ...ann })).status).toBe(415);
  });

  test('an operation in the address does not run', async () => {
    const before = api.recorded.feedRequests.length;
    const answer = await api.app.request('/graphql?query={feed{position}}', { headers: ann });
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(api.recorded.feedRequests.length).toBe(before);
  });
});

test('GET /graphql is a page that may talk to this service only', async () => {
  const answer = await api.app.request('/graphql');
  expect(await answer.text()).toContain('graphiql');
  expect(answer.headers.get('content-security-policy')).toContain("connect-src 'self'");
});

test('the whole schema can be read with the query that tools send', async () => {
  const { getIntrospectionQuery } = await import('graphql');
  const { status, errors } = await api.graphql(getIntrospectionQuery(), { headers: ann });
  expect([status, errors]).toEqual([200, []]);
});

test('variables nested 200,000 levels deep are refused, not written', async () => {
  const variables = `${'{"a":'.repeat(2e5)}1${'}'.repeat(2e5)}`;
  const answer = await api.post('/graphql', `{"query": "{ __typename }", "variables": ${variables}}`, ann);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_MALFORMED' } }] });
  expect(api.recorded.logged).toEqual([]);
});

describe('aliases do not multiply a limit', () => {
  const aliases = (count: number, field: string): string =>
    Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');

  test('a batch may have 2,500 activities, over all mutations of an operation', async () => {
    const before = api.recorded.submissions.length;
    const one = 'trackActivity(input: {activityType: "login"}) { status }';
    const query = (count: number): string =>
      `mutation ($inputs: [ActivityInput!]!) { ${aliases(count, 'trackActivities(inputs: $inputs) { position }')} ...F }
       fragment F on Mutation { one: ${one} }`;
    const inputs = Array(1_250).fill({ activityType: 'login' });
    const refused = await api.graphql(query(2), { variables: { inputs }, headers: ann });
    expect([refused.status, refused.errors[0]?.extensions['code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(api.recorded.submissions.length).toBe(before);
    const taken = await api.graphql(query(2), { variables: { inputs: inputs.slice(1) }, headers: ann });
    expect(taken.errors).toEqual([]);
    expect(api.recorded.submissions.length).toBe(before + 2 * 1_249 + 1);
  });

  test('five feeds and statistics at once, and no sixth', async () => {
    const fields = (feeds: number): string => `{ ${aliases(feeds, 'feed { position }')} activityStats { total } }`;
    expect((await api.graphql(fields(4), { headers: ann })).errors).toEqual([]);
    const before = api.recorded.feedRequests.length;
    const refused = await api.graphql(fields(5), { headers: ann });
    expect([refused.status, refused.errors[0]?.extensions['code']]).toEqual([400, 'QUERY_TOO_COSTLY']);
    expect(api.recorded.feedRequests.length).toBe(before);
  });

  test.each(['0', '101'])('first: %s of a feed is answered with the range of a feed', async (first) => {
    const { errors } = await api.graphql(`{ feed(first: ${first}) { position } }`, { headers: ann });
    expect(errors[0]?.message).toBe('first: must be a whole number from 1 to 100');
  });
});
