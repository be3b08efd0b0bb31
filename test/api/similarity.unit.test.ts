import { describe, expect, test } from 'vitest';
import { MAX_NEIGHBOURS, type Upload } from '../../src/signals/similarity/upload.ts';
import { bearer, openTestApi } from './fixture.ts';

async function put(path: string, body: string, contentType = 'application/json') {
  const uploads: Upload[] = [];
  const api = await openTestApi({
    putNeighbours: async (upload) => {
      uploads.push(upload);
      const { model, kind, neighbours } = upload;
      return {
        model,
        kind,
        nodes: 1,
        neighbours: neighbours.length,
        unknown: { count: 0, ids: [] },
        forgotten: 0,
        computedAt: 0,
      };
    },
  });
  const headers = { ...(await bearer('trainer', 'service')), 'content-type': contentType };
  const answer = await api.app.request(path, { method: 'PUT', headers, body });
  return { status: answer.status, answer: (await answer.json()) as Record<string, unknown>, uploads };
}

const PAIR = { from: 'post:a', to: 'post:b', score: -0.5 };

describe('PUT /similarity/{model}', () => {
  test('takes neighbours as JSON', async () => {
    const body = JSON.stringify({ kind: 'content', neighbours: [PAIR] });
    const { status, answer, uploads } = await put('/similarity/als?replace=all&since=2026-01-15T12:00:00.000Z', body);
    expect(uploads).toEqual([
      { model: 'als', kind: 'content', neighbours: [PAIR], replaceAll: true, since: Date.UTC(2026, 0, 15, 12) },
    ]);
    expect([status, answer]).toEqual([
      200,
      {
        model: 'als',
        kind: 'content',
        nodes: 1,
        neighbours: 1,
        unknown: { count: 0, ids: [] },
        forgotten: 0,
        computed_at: '1970-01-01T00:00:00.000Z',
      },
    ]);
  });

  test('takes neighbours as NDJSON', async () => {
    const body = `${JSON.stringify({ from: 'ann', to: 'bo', score: 1 })}\n\n${JSON.stringify({ from: 'bo', to: 'ann', score: 2 })}\n`;
    const { status, uploads } = await put('/similarity/als/?kind=people', body, 'application/x-ndjson');
    expect(status).toBe(200);
    expect(uploads[0]).toMatchObject({ kind: 'people', replaceAll: false });
    expect(uploads[0]?.neighbours.map(({ score }) => score)).toEqual([1, 2]);
  });

  test.each([
    ['a name with other characters', '/similarity/A%20b', '{"kind":"content","neighbours":[]}', 400, /model: must be/u],
    ['no kind', '/similarity/als', '{"neighbours":[]}', 400, /kind: /u],
    ['a kind that is none', '/similarity/als', '{"kind":"tags","neighbours":[]}', 400, /kind: /u],
    [
      'a score that is no number',
      '/similarity/als',
      JSON.stringify({ kind: 'content', neighbours: [{ ...PAIR, score: '1' }] }),
      400,
      /neighbours\.0\.score: /u,
    ],
    [
      'a score beyond numbers',
      '/similarity/als',
      '{"kind":"content","neighbours":[{"from":"a","to":"b","score":1e999}]}',
      400,
      /neighbours\.0\.score: /u,
    ],
    ['an unknown parameter', '/similarity/als?replce=all', '{"kind":"content","neighbours":[]}', 400, /replce/u],
    ['no JSON', '/similarity/als', '{', 400, /not JSON/u],
  ])('refuses %s', async (_what, path, body, status, detail) => {
    const refused = await put(path, body);
    expect(refused.status).toBe(status);
    expect(refused.answer).toMatchObject({ code: 'REQUEST_MALFORMED', detail: expect.stringMatching(detail) });
    expect(refused.uploads).toEqual([]);
  });

  test('refuses NDJSON without a kind, a broken line, and other media types', async () => {
    const line = JSON.stringify(PAIR);
    expect((await put('/similarity/als', line, 'application/x-ndjson')).answer['detail']).toMatch(
      /^kind: must be given/u,
    );
    const broken = await put('/similarity/als?kind=content', `${line}\n{`, 'application/x-ndjson');
    expect(broken.answer['detail']).toBe('Line 2 is not JSON.');
    expect((await put('/similarity/als', line, 'text/plain')).status).toBe(415);
  });

  test('refuses more than its limits', async () => {
    const many = JSON.stringify({ kind: 'content', neighbours: Array(MAX_NEIGHBOURS + 1).fill(PAIR) });
    expect((await put('/similarity/als', many)).status).toBe(400);
    expect((await put('/similarity/als', ' '.repeat(16 * 1_024 * 1_024 + 1))).status).toBe(413);
  });
});

test('DELETE /similarity/{model} says how much there was', async () => {
  const api = await openTestApi();
  const headers = await bearer('trainer', 'admin');
  const answer = await api.app.request('/similarity/als', { method: 'DELETE', headers });
  expect([answer.status, await answer.json()]).toEqual([200, { model: 'als', forgotten: 3 }]);
});
