import { beforeAll, describe, expect, test } from 'vitest';
import { csvOf } from '../../src/api/csv.ts';
import { AppError } from '../../src/core/errors.ts';
import type { CypherRequest } from '../../src/graph/gateway/gateway.ts';
import { bearer, openTestApi, type TestApi } from './fixture.ts';

let api: TestApi;
let analyst: { authorization: string };
const asked: CypherRequest[] = [];

beforeAll(async () => {
  analyst = await bearer('me', 'analyst');
  api = await openTestApi({
    async cypher(request) {
      asked.push(request);
      if (request.query === 'busy') throw new AppError('CYPHER_BUSY', 'Others run.', { retryAfterSeconds: 2 });
      return { columns: ['name', 'n'], rows: [['=1+1', -3]], truncated: true, warnings: ['a remark'] };
    },
  });
});

describe('POST /cypher', () => {
  test('answers columns and rows, and takes sensible limits when none are given', async () => {
    const answer = await api.post('/cypher/', { query: 'RETURN 1', params: { a: [1, 'b'] } }, analyst);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(await answer.json()).toEqual({
      columns: ['name', 'n'],
      rows: [['=1+1', -3]],
      truncated: true,
      warnings: ['a remark'],
    });
    expect(asked.at(-1)).toEqual({ query: 'RETURN 1', params: { a: [1, 'b'] }, limit: 1_000, timeoutMs: 10_000 });
  });

  test('answers CSV where Accept names it first', async () => {
    const csv = await api.post('/cypher', { query: 'RETURN 1' }, { ...analyst, accept: 'text/csv' });
    expect([csv.headers.get('content-type'), csv.headers.get('x-truncated')]).toEqual([
      'text/csv; charset=utf-8; header=present',
      'true',
    ]);
    expect(await csv.text()).toBe("name,n\r\n'=1+1,-3\r\n");
    for (const accept of ['application/json, text/csv', '*/*']) {
      const json = await api.post('/cypher', { query: 'RETURN 1' }, { ...analyst, accept });
      expect(json.headers.get('content-type')).toBe('application/json');
    }
  });

  test.each([
    [{ query: '' }, 'query'],
    [{ query: 'x'.repeat(10_001) }, 'query'],
    [{ query: 'RETURN 1', limit: 10_001 }, 'limit'],
    [{ query: 'RETURN 1', timeoutMs: 30_001 }, 'timeoutMs'],
    [{ query: 'RETURN 1', timeoutMs: 0 }, 'timeoutMs'],
    [{ query: 'RETURN 1', params: [] }, 'params'],
    [{ query: 'RETURN 1', params: { 'a b': 1 } }, 'params'],
    [{ query: 'RETURN 1', params: { a: 'x'.repeat(10_001) } }, 'params'],
    [{ query: 'RETURN 1', params: { a: [[[[[[[[[[[1]]]]]]]]]]] } }, 'params'],
    [{ query: 'RETURN 1', more: 1 }, 'more'],
    [[], 'body'],
  ])('refuses %j', async (body, named) => {
    const answer = await api.post('/cypher', body, analyst);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'REQUEST_MALFORMED', detail: expect.stringContaining(named) });
  });

  test('says when to come back if others are at it', async () => {
    const answer = await api.post('/cypher', { query: 'busy' }, analyst);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '2']);
  });
});

test('CSV quotes what needs it and keeps spreadsheets from running what they read', () => {
  const rows = [
    ['plain', 'a,b', 'say "hi"', 'two\r\nlines', null],
    ['=HYPERLINK("x")', '+1', '-1', '@SUM(1)', '\t=1'],
    [-1, 0.5, true, [1, 'a'], { a: 'b' }],
  ];
  expect(csvOf(['a', '=b', 'c', 'd', 'e'], rows)).toBe(
    [
      "a,'=b,c,d,e",
      'plain,"a,b","say ""hi""","two\r\nlines",',
      `"'=HYPERLINK(""x"")",'+1,'-1,'@SUM(1),'\t=1`,
      '-1,0.5,true,"[1,""a""]","{""a"":""b""}"',
      '',
    ].join('\r\n'),
  );
});
