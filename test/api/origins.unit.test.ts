import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/core/config.ts';
import { bearer, openTestApi, WRITE_KEY } from './fixture.ts';

const SHOP = 'https://shop.example';
const PREFLIGHT = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type',
};
const basic = { authorization: `Basic ${Buffer.from(`${WRITE_KEY.key}:`).toString('base64')}` };

const opened = () => openTestApi({ corsOrigins: [SHOP, 'http://localhost:5173'] });

describe('a page of another origin', () => {
  it('is told by every door that it may send a token, and no cookies', async () => {
    const { app } = await opened();
    for (const path of ['/graphql', '/activities/', '/feed/', '/v1/track', '/content/post%3A1']) {
      const answer = await app.request(path, { method: 'OPTIONS', headers: { origin: SHOP, ...PREFLIGHT } });
      expect([answer.status, await answer.text()], path).toEqual([204, '']);
      expect(Object.fromEntries(answer.headers), path).toMatchObject({
        'access-control-allow-origin': SHOP,
        'access-control-allow-headers': 'authorization,content-type,content-encoding',
        'access-control-allow-methods': 'GET,POST,PUT,DELETE',
        vary: expect.stringContaining('Origin'),
      });
      expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
    }
  });

  it('may read the answers of REST, GraphQL, its streams and the Segment door, and what went wrong', async () => {
    const { app, post } = await opened();
    const headers = { origin: SHOP, ...(await bearer('ann', 'user')) };
    const stream = 'subscription { feedUpdated { position } }';
    const answers = [
      await post('/activities/', { activity_type: 'login' }, headers),
      await app.request('/feed/', { headers }),
      await post('/graphql', { query: '{ feed { position } }' }, headers),
      await post('/graphql', { query: stream }, { ...headers, accept: 'text/event-stream' }),
      await post('/v1/track', { userId: 'ann', event: 'Signed In' }, { origin: SHOP, ...basic }),
      await app.request('/feed/', { headers: { origin: SHOP } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 401]);
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
      expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
      expect(answer.headers.get('vary')).toContain('Origin');
    }
  });

  it('that is not listed is told nothing, and neither is one where nobody is', async () => {
    const headers = { origin: 'https://shop.example.evil.example', ...PREFLIGHT };
    for (const { app } of [await opened(), await openTestApi()]) {
      for (const method of ['OPTIONS', 'GET']) {
        const answer = await app.request('/feed/', { method, headers });
        expect(answer.headers.has('access-control-allow-origin')).toBe(false);
      }
    }
  });
});

describe('CORS_ORIGINS', () => {
  it('lists origins', () => {
    expect(readConfig({ CORS_ORIGINS: `${SHOP}, http://localhost:5173` }).corsOrigins).toEqual([
      SHOP,
      'http://localhost:5173',
    ]);
    expect(readConfig({}).corsOrigins).toEqual([]);
  });

  it.each([
    '*',
    'shop.example',
    'https://shop.example/',
    'https://shop.example/a',
    'ftp://shop.example',
    'null',
    `${SHOP},`,
  ])('is refused as %s', (origins) => {
    expect(() => readConfig({ CORS_ORIGINS: origins })).toThrow(/CORS_ORIGINS: must be origins/u);
  });
});
