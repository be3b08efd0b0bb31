import { beforeEach, expect, test } from 'vitest';
import { acceptedSchema, activityListSchema, batchSchema, problemSchema } from '../../src/api/rest/answers.ts';
import { AppError } from '../../src/core/errors.ts';
import { bearer, openTestApi, type TestApi } from './fixture.ts';

let api: TestApi;
let ann: Record<string, string>;
let shop: Record<string, string>;

beforeEach(async () => {
  api = await openTestApi();
  ann = await bearer('ann', 'user');
  shop = await bearer('shop', 'service');
});

const LIKE = { id: 'a1', activity_type: 'like', content: 'post:p1' };

test('a new activity is answered 201 with its position, the same again 200 as a duplicate', async () => {
  const first = await api.post('/activities/', LIKE, ann);
  expect(first.status).toBe(201);
  expect(acceptedSchema.parse(await first.json())).toEqual({ id: 'a1', position: 1, status: 'accepted' });
  const again = await api.post('/activities', LIKE, ann);
  expect(again.status).toBe(200);
  expect(await again.json()).toEqual({ id: 'a1', position: 1, status: 'duplicate' });
});

test('an activity without an id is given one, which the answer names', async () => {
  const answer = await api.post('/activities/', { activity_type: 'like', content: 'post:p1' }, ann);
  const { id } = acceptedSchema.parse(await answer.json());
  expect(id).toBe(api.recorded.submissions[0]?.activity.givenId);
});

test('another activity under a used id is a conflict: 409 with the code and the remedy, and without the position of the other', async () => {
  await api.post('/activities/', LIKE, ann);
  const answer = await api.post('/activities/', { ...LIKE, content: 'post:p2' }, ann);
  expect(answer.status).toBe(409);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await answer.json());
  expect(problem).toMatchObject({ code: 'ACTIVITY_CONFLICT', status: 409, id: 'a1' });
  expect(problem).not.toHaveProperty('position');
  expect(problem.remedy).toContain('id of its own');
});

test.each([
  ['of an unknown type', { activity_type: 'lik', content: 'post:p1' }, 'did you mean'],
  ['without what it needs', { activity_type: 'like' }, 'content: must name content'],
  ['with an unknown field', { ...LIKE, colour: 'red' }, 'colour'],
  ['that is no object', 'like', 'activity:'],
  ['that is null', null, 'activity:'],
  ['that only the log can judge', { activity_type: 'retract', activity_id: 'x' }, 'activity_id: is not known'],
])('an activity %s is answered 422 with a sentence that says what to change', async (_case, activity, sentence) => {
  const answer = await api.post('/activities/', JSON.stringify(activity), ann);
  expect(answer.status).toBe(422);
  const problem = problemSchema.parse(await answer.json());
  expect(problem.code).toBe('ACTIVITY_INVALID');
  expect(problem.detail).toContain(sentence);
});

test('an array is answered 200 with one result an item, in order; a bad item does not harm the rest', async () => {
  const deep = JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`) as unknown;
  const answer = await api.post(
    '/activities/',
    [
      LIKE,
      { ...LIKE, id: 'a2', user_id: 'bo' },
      { id: 'a3', activity_type: 'like' },
      LIKE,
      { ...LIKE, content: 'post:other' },
      { ...LIKE, id: 'a4', metadata: { note: 'x'.repeat(40_000) } },
      { ...LIKE, id: 'a5', metadata: { deep } },
      7,
      { ...LIKE, id: 'a6', content: 'post:p2' },
    ],
    ann,
  );
  expect(answer.status).toBe(200);
  const { results, position } = batchSchema.parse(await answer.json());
  expect(results.map(({ id, status, error }) => [id, status, error?.code])).toEqual([
    ['a1', 'accepted', undefined],
    ['a2', 'invalid', 'FORBIDDEN'],
    ['a3', 'invalid', 'ACTIVITY_INVALID'],
    ['a1', 'duplicate', undefined],
    ['a1', 'conflict', 'ACTIVITY_CONFLICT'],
    ['a4', 'invalid', 'PAYLOAD_TOO_LARGE'],
    ['a5', 'invalid', 'ACTIVITY_INVALID'],
    [null, 'invalid', 'ACTIVITY_INVALID'],
    ['a6', 'accepted', undefined],
  ]);
  expect(position).toBe(2);
});

test('an empty array is answered with no results and no position', async () => {
  expect(await (await api.post('/activities/', [], ann)).json()).toEqual({ results: [], position: null });
});

test("a person's token sends that person's activities only; a service says whose they are", async () => {
  const foreign = await api.post('/activities/', { ...LIKE, user_id: 'bo' }, ann);
  expect(foreign.status).toBe(403);
  expect(await foreign.json()).toMatchObject({ code: 'FORBIDDEN' });
  expect((await api.post('/activities/', { ...LIKE, user_id: 'bo' }, shop)).status).toBe(201);
  expect(api.recorded.submissions.map(({ activity, trusted }) => [activity.actor, trusted])).toEqual([['bo', true]]);
});

test('the address comes from the socket and never from X-Forwarded-For', async () => {
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': '6.6.6.6',
    'user-agent': 'a browser',
    ...ann,
  };
  const request = new Request('http://localhost/activities/', { method: 'POST', headers, body: JSON.stringify(LIKE) });
  await api.app.fetch(request, { incoming: { socket: { remoteAddress: '192.0.2.7' } } });
  expect(api.recorded.submissions[0]).toMatchObject({ ipAddress: '192.0.2.7', userAgent: 'a browser' });
});

test.each([
  ['not JSON', '{"activity_type": ', {}, 400, 'REQUEST_MALFORMED'],
  ['empty', '', {}, 400, 'REQUEST_MALFORMED'],
  [
    'a form',
    'activity_type=like',
    { 'content-type': 'application/x-www-form-urlencoded' },
    415,
    'MEDIA_TYPE_UNSUPPORTED',
  ],
  ['plain text', JSON.stringify(LIKE), { 'content-type': 'text/plain' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['packed by Brotli', JSON.stringify(LIKE), { 'content-encoding': 'br' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['said to be gzip, and is not', JSON.stringify(LIKE), { 'content-encoding': 'gzip' }, 400, 'REQUEST_MALFORMED'],
  ['over 8 MB', JSON.stringify([{ ...LIKE, description: 'x'.repeat(9e6) }]), {}, 413, 'PAYLOAD_TOO_LARGE'],
  ['more than 2,500 activities', JSON.stringify(Array(2_501).fill(LIKE)), {}, 413, 'PAYLOAD_TOO_LARGE'],
  ['four million brackets', '['.repeat(4e6), {}, 400, 'REQUEST_MALFORMED'],
  ['two million nested arrays', '['.repeat(2e6) + ']'.repeat(2e6), {}, 200, undefined],
])('a body that is %s gets its own answer and never crashes', async (_case, body, headers, status, code) => {
  const answer = await api.post('/activities/', body, { ...ann, ...headers });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject(code === undefined ? { position: null } : { code });
});

test('a body that is not UTF-8 is refused rather than mended', async () => {
  const body = Buffer.from([0x22, 0xff, 0x22]);
  const headers = { 'content-type': 'application/json', ...ann };
  const answer = await api.app.request('/activities/', { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ status: 400, detail: 'The body is not UTF-8.' });
});

test('a full batch of 2,500 activities fits', async () => {
  const batch = Array.from({ length: 2_500 }, (_, index) => ({
    ...LIKE,
    id: `b${index}`,
    description: 'x'.repeat(1_000),
  }));
  const answer = await api.post('/activities/', batch, ann);
  expect(batchSchema.parse(await answer.json()).position).toBe(2_500);
});

test('while Postgres is away the answer is 503 with Retry-After, and says nothing of the store', async () => {
  const away = await openTestApi({
    accept: () => Promise.reject(new AppError('LOG_UNAVAILABLE', 'connect ECONNREFUSED 10.0.0.9:5432 SELECT 1')),
  });
  const answer = await away.post('/activities/', LIKE, ann);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  const text = await answer.text();
  expect(text).toContain('LOG_UNAVAILABLE');
  expect(text).not.toMatch(/ECONNREFUSED|10\.0|SELECT/);
});

test('a list is cut into pages that join up, by a cursor that belongs to its query', async () => {
  const first = await api.app.request('/activities/?limit=2&activity_type=like', { headers: ann });
  const page = activityListSchema.parse(await first.json());
  expect(page.items.map(({ position }) => position)).toEqual([3, 2]);
  const link = first.headers.get('link') ?? '';
  expect(link).toMatch(/^<\/activities\/\?limit=2&activity_type=like&cursor=[^>]+>; rel="next"$/);
  const second = await api.app.request(link.slice(1, link.indexOf('>')), { headers: ann });
  expect(await second.json()).toMatchObject({ items: [{ position: 1 }], next: null });
  expect(second.headers.get('link')).toBeNull();

  const elsewhere = await api.app.request(`/activities/?cursor=${page.next}`, { headers: ann });
  expect(await elsewhere.json()).toMatchObject({ status: 400, code: 'CURSOR_MALFORMED' });
});

test.each(['garbage', '', '1', '2.aaaaaaaaaaaaaaaaaaaaaa', 'zzzzzzzzzzz.aaaaaaaaaaaaaaaaaaaaaa', '-1.x', '%00'])(
  'the cursor "%s" is answered 400 CURSOR_MALFORMED',
  async (cursor) => {
    const answer = await api.app.request(`/activities/?cursor=${cursor}`, { headers: ann });
    expect(await answer.json()).toMatchObject({ status: 400, code: 'CURSOR_MALFORMED' });
  },
);

test('filters are handed on in normal form', async () => {
  const query = 'activity_type=bookmark&content=post:p1&since=2026-10-01T00:00:00Z&until=2026-11-01T02:00:00%2B02:00';
  expect((await api.app.request(`/activities?${query}`, { headers: ann })).status).toBe(200);
  expect(api.recorded.activityQueries).toEqual([
    {
      userId: 'ann',
      kind: 'save',
      content: 'post:p1',
      since: Date.UTC(2026, 9, 1),
      until: Date.UTC(2026, 10, 1),
      limit: 50,
    },
  ]);
});

test.each([
  ['limit=-1', 'limit: must be a whole number from 1 to 200'],
  ['limit=0', 'limit'],
  ['limit=201', 'limit'],
  ['limit=99999999999999999999', 'limit'],
  ['limit=1e2', 'limit'],
  ['limit=', 'limit'],
  ['limit=1&limit=2', 'limit: must be given once'],
  ['since=yesterday', 'since'],
  ['activity_type=nothing', 'activity_type'],
  ['activity_type=question_viewed', 'ask for view'],
  ['content=nonsense', 'content'],
  ['user=ann', 'user: there is no such parameter'],
])('the parameters %s are answered 400 with a sentence', async (query, sentence) => {
  const answer = await api.app.request(`/activities/?${query}`, { headers: ann });
  const problem = problemSchema.parse(await answer.json());
  expect(problem).toMatchObject({ status: 400, code: 'REQUEST_MALFORMED' });
  expect(problem.detail).toContain(sentence);
});

test('Law 2: the same activity of the same subject counts once, whatever role the token has', async () => {
  await api.post('/activities/', { ...LIKE, user_id: 'shop' }, shop);
  const again = await api.post('/activities/', { ...LIKE, user_id: 'shop' }, await bearer('shop', 'user'));
  expect(await again.json()).toEqual({ id: 'a1', position: 1, status: 'duplicate' });
});

test('nobody can occupy the id that a service will use', async () => {
  await api.post('/activities/', { ...LIKE, id: 'order-7' }, shop);
  const needed = api.recorded.submissions[0]?.activity.uid ?? '';
  const fresh = await openTestApi();
  const taken = await fresh.post('/activities/', { ...LIKE, id: needed, content: 'post:mine' }, ann);
  expect(acceptedSchema.parse(await taken.json()).id).toBe(needed);
  const own = await fresh.post('/activities/', { ...LIKE, id: 'order-7' }, shop);
  expect(acceptedSchema.parse(await own.json()).status).toBe('accepted');
});

test('a time in the year 10000 by its offset is refused in a list as in an activity', async () => {
  const late = '9999-12-31T23:59:59-23:59';
  const activity = await api.post('/activities/', { ...LIKE, occurred_at: late }, ann);
  expect(problemSchema.parse(await activity.json())).toMatchObject({ status: 422, code: 'ACTIVITY_INVALID' });
  const list = await api.app.request(`/activities/?until=${late}`, { headers: ann });
  expect(problemSchema.parse(await list.json())).toMatchObject({ status: 400, code: 'REQUEST_MALFORMED' });
});
