import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { readEventRules } from '../../../src/api/segment/read-event-rules.ts';
import { readConfig } from '../../../src/core/config.ts';
import { bearer, NOW, openTestApi, type TestApi, tokenFor, WRITE_KEY } from '../fixture.ts';

let api: TestApi;
beforeEach(async () => {
  api = await openTestApi();
});

const basic = (userName: string) => ({ authorization: `Basic ${Buffer.from(`${userName}:`).toString('base64')}` });
const KEY = basic(WRITE_KEY.key);
const like = (id: string, more: object = {}) => ({
  type: 'track',
  messageId: id,
  userId: 'ann',
  event: 'Post Liked',
  properties: { post_id: 1 },
  ...more,
});

interface Answer {
  readonly success: boolean;
  readonly position: number | null;
  readonly errors: readonly { index: number; messageId: string | null; code: string; detail: string }[];
}

async function batch(messages: readonly unknown[], more: object = {}): Promise<Answer> {
  const answer = await api.post('/v1/batch', { batch: messages, ...more }, KEY);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Answer;
}

describe('who may send', () => {
  it.each([
    ['a write key as user name', async () => KEY],
    ['a write key as bearer token', async () => ({ authorization: `Bearer ${WRITE_KEY.key}` })],
    ['the token of a service', async () => await bearer('shop', 'service')],
    ['the token of a service as user name', async () => basic(await tokenFor('shop', 'service'))],
    ['the token of the person', async () => await bearer('ann', 'user')],
  ])('%s', async (_, headers) => {
    expect((await api.post('/v1/track', like('m1'), await headers())).status).toBe(200);
    expect(api.recorded.submissions.map(({ activity }) => activity.actor)).toEqual(['ann']);
  });

  it.each([
    ['a key that is not known', 401, async () => basic('nonesuch-nonesuch')],
    ['no key', 401, async () => basic('')],
    ['the token of somebody else', 403, async () => await bearer('bo', 'user')],
  ])('not %s', async (_, status, headers) => {
    expect((await api.post('/v1/track', like('m1'), await headers())).status).toBe(status);
    expect(api.recorded.submissions).toEqual([]);
  });

  it('a write key opens these doors and no other', async () => {
    expect((await api.app.request('/activities/', { headers: KEY })).status).toBe(401);
    expect((await api.post('/activities/', [], KEY)).status).toBe(401);
  });

  it('two sources may use the same id: each has its own', async () => {
    await api.post('/v1/track', like('m1'), KEY);
    const other = await api.post('/v1/track', like('m1', { event: 'Post Saved' }), await bearer('other', 'service'));
    expect(other.status).toBe(200);
    expect(api.recorded.submissions).toHaveLength(2);
  });
});

describe('a batch', () => {
  it('takes what is good, and says what is wrong with the rest', async () => {
    const answer = await batch([like('m1'), { ...like('m2'), userId: null }, 7, { type: 'party' }, like('m3')]);
    expect(answer).toMatchObject({ success: false, position: 2 });
    expect(answer.errors.map(({ index, messageId, code }) => [index, messageId, code])).toEqual([
      [1, 'm2', 'ACTIVITY_INVALID'],
      [2, null, 'ACTIVITY_INVALID'],
      [3, null, 'ACTIVITY_INVALID'],
    ]);
  });

  it('sent again later is the same batch, whatever sentAt says by then', async () => {
    const message = like('m1', { timestamp: new Date(NOW - 5_000).toISOString() });
    const first = await batch([message], { sentAt: new Date(NOW - 1_000).toISOString() });
    const again = await batch([message], { sentAt: new Date(NOW + 9_000).toISOString() });
    expect(again).toEqual(first);
    expect(api.recorded.submissions.map(({ activity }) => activity.occurredAt)).toEqual([NOW - 4_000]);
  });

  it('with another message under a known id is a conflict', async () => {
    await batch([like('m1')]);
    const { errors } = await batch([like('m1', { properties: { post_id: 2 } })]);
    expect(errors).toMatchObject([{ index: 0, messageId: 'm1', code: 'ACTIVITY_CONFLICT' }]);
  });
});

describe('limits', () => {
  const track = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, to = '/v1/track') =>
    api.app.request(to, { method: 'POST', headers: { ...KEY, ...headers }, body });

  it('32 kB a message', async () => {
    const long = JSON.stringify(like('m1', { properties: { text: 'x'.repeat(32 * 1_024) } }));
    expect((await track(long)).status).toBe(413);
    const { errors } = await batch([JSON.parse(long), like('m2')]);
    expect(errors).toMatchObject([{ index: 0, messageId: 'm1', code: 'PAYLOAD_TOO_LARGE' }]);
    expect(api.recorded.submissions).toHaveLength(1);
  });

  it('500 kB and 2,500 messages a batch', async () => {
    const large = {
      batch: Array.from({ length: 20 }, (_, i) => like(`m${i}`, { properties: { text: 'x'.repeat(30_000) } })),
    };
    expect((await track(JSON.stringify(large), {}, '/v1/batch')).status).toBe(413);
    const many = { batch: Array.from({ length: 2_501 }, () => ({})) };
    expect((await track(JSON.stringify(many), {}, '/v1/batch')).status).toBe(413);
  });

  it('as much for what gzip holds, and no more is unpacked', async () => {
    const packed = (value: unknown) => new Uint8Array(gzipSync(JSON.stringify(value)));
    const gzip = { 'content-encoding': 'gzip' };
    expect((await track(packed(like('m1')), gzip)).status).toBe(200);
    // 64 MB of blanks in 64 kB.
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * 1_024 * 1_024, ' ')));
    expect((await track(bomb.slice(0, 30_000), gzip)).status).toBe(413);
    expect((await track(new Uint8Array([31, 139, 8, 0]), gzip)).status).toBe(400);
    expect((await track('{}', { 'content-encoding': 'br' })).status).toBe(415);
  });

  it('levels and times that nobody has', async () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect((await track(`{"userId":"ann","event":"A","properties":{"x":${deep}}}`)).status).toBe(422);
    expect((await track(JSON.stringify(like('m1', { timestamp: 'yesterday' })))).status).toBe(422);
    expect((await track(JSON.stringify(like('m1', { timestamp: '1822-01-01T00:00:00Z' })))).status).toBe(422);
  });
});

describe('settings', () => {
  it('WRITE_KEYS names sources and their keys', () => {
    expect(readConfig({ WRITE_KEYS: 'shop=0123456789abcdef, app=fedcba9876543210' }).segment.writeKeys).toEqual([
      { source: 'shop', key: '0123456789abcdef' },
      { source: 'app', key: 'fedcba9876543210' },
    ]);
    for (const wrong of ['shop', 'shop=short', 'Shop=0123456789abcdef', 'a=0123456789abcdef,b=0123456789abcdef']) {
      expect(() => readConfig({ WRITE_KEYS: wrong })).toThrow('WRITE_KEYS: must');
    }
  });

  it('SEGMENT_EVENTS names a file of rules, which are checked', async () => {
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'activity-graph-rules-')), 'events.json');
    await expect(readEventRules(file)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await writeFile(file, JSON.stringify({ 'Dish Cooked': { activity_type: 'cook' } }));
    await expect(readEventRules(file)).rejects.toThrow('Dish Cooked.activity_type: must be a kind of activity');
    await writeFile(file, JSON.stringify({ 'Dish Cooked': { activity_type: 'like', content_type: 'recipe' } }));
    expect((await readEventRules(file)).get('dish_cooked')).toEqual({ activity_type: 'like', content_type: 'recipe' });
  });
});
