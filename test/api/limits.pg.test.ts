import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClientAddress } from '../../src/api/client-address.ts';
import { createRateLimit } from '../../src/api/rate-limit.ts';
import { isAppError } from '../../src/core/errors.ts';
import { openPool } from '../../src/log/database.ts';
import { usePostgres } from '../support/stores.ts';
import { bearer, openTestApi, SECRET, tokenFor } from './fixture.ts';

/** What the server of Node says of a request that came through a proxy. */
const PROXY = { incoming: { socket: { remoteAddress: '10.0.0.1' } } };
const LIKE = { activity_type: 'like', content: 'post:1' };

describe('bodies packed by gzip', () => {
  const sendPacked = async (path: string, packed: Uint8Array<ArrayBuffer>, method = 'POST') => {
    const { app } = await openTestApi();
    const headers = {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      ...(await bearer('ann', 'user')),
    };
    return await app.request(path, { method, headers, body: packed });
  };
  const packed = (text: string | Buffer) => new Uint8Array(gzipSync(text));

  test('are taken by every door that takes JSON', async () => {
    expect((await sendPacked('/activities/', packed(JSON.stringify([LIKE])))).status).toBe(200);
    expect((await sendPacked('/graphql', packed('{"query": "{ feed { position } }"}'))).status).toBe(200);
    expect((await sendPacked('/content/post%3A1', packed('{"title": "One"}'), 'PUT')).status).toBe(201);
  });

  test('are measured by what they hold, and unpacked no further', async () => {
    const bomb = packed(Buffer.alloc(256 * 1_024 * 1_024, ' '));
    expect(bomb.length).toBeLessThan(300_000);
    // Cut off: it cannot be unpacked to its end, and need not be.
    const before = process.memoryUsage().arrayBuffers;
    const answer = await sendPacked('/activities/', bomb.slice(0, 200_000));
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'PAYLOAD_TOO_LARGE' }]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1_024 * 1_024);
  });

  test('that break off are the caller’s mistake', async () => {
    const whole = packed(JSON.stringify(LIKE));
    for (const broken of [whole.slice(0, -9), new Uint8Array([1, 2, 3]), new Uint8Array()]) {
      expect((await sendPacked('/activities/', broken)).status).toBe(400);
    }
  });
});

describe('the rate limit', () => {
  const postgres = usePostgres();
  let pool: ReturnType<typeof openPool>;
  beforeAll(() => {
    pool = openPool(postgres.url);
  });
  afterAll(() => pool.end());

  test('holds for each caller, through every door, and says when to come again', async () => {
    const { app, graphql } = await openTestApi({
      rateLimit: createRateLimit({ perMinute: 2, pool: undefined, secret: SECRET }),
    });
    const headers = await bearer('ann', 'user');
    expect((await app.request('/stats/', { headers })).status).toBe(200);
    expect((await graphql('{ feed { position } }', { headers })).status).toBe(200);
    const refused = await app.request('/stats/', { headers });
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'RATE_LIMITED' }]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const again = await graphql('{ feed { position } }', { headers });
    expect([again.status, again.errors[0]?.extensions['code']]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(again.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    // Ann's other token is hers too; Bo has his own count, and a service speaks for many.
    expect((await app.request('/stats/', { headers: await bearer('ann', 'analyst') })).status).toBe(429);
    expect((await app.request('/stats/', { headers: await bearer('bo', 'user') })).status).toBe(200);
    const service = await bearer('ann', 'service');
    for (let request = 0; request < 5; request += 1) {
      expect((await app.request('/stats/', { headers: service })).status).toBe(200);
    }
    expect((await app.request('/health/live')).status).toBe(200);
  });

  test('counts each operation of a GraphQL request, and what tools ask about the schema not', async () => {
    const { graphql } = await openTestApi({
      rateLimit: createRateLimit({ perMinute: 7, pool: undefined, secret: SECRET }),
    });
    const headers = await bearer('ann', 'user');
    const post = 'likePost(postUid: "p1") { status }';
    const four = `mutation { a: ${post} ...more __typename } fragment more on Mutation { b: ${post} c: ${post} d: ${post} }`;
    expect(await graphql(four, { headers })).toMatchObject({ status: 200, errors: [] });
    const batch =
      'mutation { trackActivities(inputs: [{activityType: "login"}, {activityType: "login"}]) { position } }';
    expect(await graphql(batch, { headers })).toMatchObject({ status: 200, errors: [] });
    const refused = await graphql(four, { headers });
    expect([refused.status, refused.errors[0]?.extensions['code']]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.data).toBeFalsy();
  });

  test('holds by address for those without a valid token, who hear why theirs is refused all the same', async () => {
    const { app } = await openTestApi({
      rateLimit: createRateLimit({ perMinute: 2, pool: undefined, secret: SECRET }),
    });
    const authorization = `Bearer ${await tokenFor('ann', 'user', { ttlSeconds: -60 })}`;
    const answers = [];
    for (let request = 0; request < 4; request += 1) {
      const answer = await app.request('/stats/', { headers: { authorization } });
      answers.push([answer.status, ((await answer.json()) as { detail: string }).detail]);
    }
    expect(answers.map(([status]) => status)).toEqual([401, 401, 429, 429]);
    expect(answers.map(([, detail]) => String(detail).includes('it has expired'))).toEqual([true, true, true, true]);
    expect((await app.request('/stats/', { headers: await bearer('ann', 'user') })).status).toBe(200);
  });

  test('holds by address for pages, which do not count against who has a bad token', async () => {
    const { app } = await openTestApi({
      rateLimit: createRateLimit({ perMinute: 3, pool: undefined, secret: SECRET }),
    });
    const statuses = [];
    for (const page of ['/docs', '/graphql', '/openapi.json', '/docs/', '/graphql']) {
      statuses.push((await app.request(page)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect((await app.request('/stats/')).status).toBe(401);
    expect((await app.request('/health/live')).status).toBe(200);
  });

  test('tells those behind a trusted proxy apart, and nobody apart who only says so', async () => {
    const statusesOf = async (proxies: number | undefined) => {
      const { app } = await openTestApi({
        rateLimit: createRateLimit({ perMinute: 1, pool: undefined, secret: SECRET }),
        clientAddress: createClientAddress(proxies),
      });
      const statuses = [];
      for (const client of ['192.0.2.1', '192.0.2.2', '192.0.2.1', '2001:db8::1', '2001:db8::2']) {
        const headers = { 'x-forwarded-for': `198.51.100.7, ${client}` };
        statuses.push((await app.request('/docs', { headers }, PROXY)).status);
      }
      return statuses;
    };
    expect(await statusesOf(undefined)).toEqual([200, 429, 429, 429, 429]);
    // One subscriber has a whole network of IPv6.
    expect(await statusesOf(1)).toEqual([200, 200, 429, 200, 429]);
  });

  test('is counted by all processes together in Postgres, which does not learn who they are', async () => {
    const processes = [0, 1].map(() => createRateLimit({ perMinute: 3, pool, secret: SECRET }));
    const caller = { id: 'ann-of-the-tests', role: 'user' } as const;
    for (let request = 0; request < 3; request += 1) {
      await processes[request % 2]?.ofCaller(caller);
    }
    for (const one of processes) {
      await expect(one.ofCaller(caller)).rejects.toSatisfy(
        (error) => isAppError(error, 'RATE_LIMITED') && Number(error.retryAfterSeconds) > 0,
      );
    }
    const { rows } = await pool.query('SELECT * FROM rate_limit');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('ann');
  });

  test('refuses what no minute allows without taking the minute for it', async () => {
    const limit = createRateLimit({ perMinute: 2, pool: undefined, secret: SECRET });
    const caller = { id: 'bo', role: 'user' } as const;
    await expect(limit.ofCaller(caller, 3)).rejects.toSatisfy((error) => isAppError(error, 'QUERY_TOO_COSTLY'));
    await limit.ofCaller(caller, 2);
  });

  test('goes on for each process by itself while Postgres is away', async () => {
    const away = openPool('postgres://nobody@127.0.0.1:1/none');
    const limit = createRateLimit({ perMinute: 1, pool: away, secret: SECRET });
    const caller = { id: 'ann', role: 'user' } as const;
    await limit.ofCaller(caller);
    await expect(limit.ofCaller(caller)).rejects.toSatisfy((error) => isAppError(error, 'RATE_LIMITED'));
    await away.end();
  });
});
