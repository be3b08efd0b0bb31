import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClientOptions, createClient, type Refused } from '../../src/client/client.ts';
import { bearer, openTestApi, type TestApi } from '../api/fixture.ts';
import { bundledClient } from './bundle.ts';

let api: TestApi;
let token = '';
/** What the way to the service does with the next requests; afterwards it just works. */
let troubles: ('away' | 'lost' | 'refused token' | 'malformed')[] = [];
let sent: { id: string; occurred_at: string }[][] = [];
let refused: Refused[] = [];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  api = await openTestApi();
  token = (await bearer('ann', 'user')).authorization.replace('Bearer ', '');
  [troubles, sent, refused] = [[], [], []];
});
afterEach(() => {
  vi.useRealTimers();
});

async function throughTroubles(input: unknown, init?: RequestInit): Promise<Response> {
  const trouble = troubles.shift();
  sent.push(JSON.parse(String(init?.body)));
  if (trouble === 'away') {
    throw new TypeError('fetch failed');
  }
  if (trouble === 'refused token') {
    return new Response('{}', { status: 401 });
  }
  if (trouble === 'malformed') {
    return new Response('{"code":"REQUEST_MALFORMED","detail":"No."}', { status: 400 });
  }
  const answer = await api.app.request(new URL(String(input)).pathname, init);
  return trouble === 'lost' ? new Response(null, { status: 503, headers: { 'retry-after': '7' } }) : answer;
}

const client = (more: Partial<ClientOptions> = {}) =>
  createClient({
    url: 'http://localhost:4000/',
    token,
    fetch: throughTroubles as typeof fetch,
    onRefused: (one) => refused.push(one),
    ...more,
  });

/** Time passes until something holds. */
const until = (holds: () => void) =>
  vi.waitFor(
    async () => {
      await vi.advanceTimersByTimeAsync(5_000);
      holds();
    },
    { timeout: 10_000 },
  );

const taken = () => api.recorded.submissions.map(({ activity }) => [activity.actor, activity.kind.name]);

it('has less than 5 kB, packed by gzip', async () => {
  const bundle = await bundledClient();
  expect(gzipSync(bundle).length).toBeLessThan(5_000);
});

describe('what is tracked', () => {
  it('is sent in batches: when enough waits, or when it has waited long enough', async () => {
    const tracking = client({ flushAt: 3 });
    for (const content of ['post:1', 'post:2', 'post:3', 'post:4']) {
      tracking.track({ activity_type: 'view', content });
    }
    await until(() => expect(sent.map((batch) => batch.length)).toEqual([3, 1]));
    tracking.track({ activity_type: 'like', content: 'post:1' });
    expect(sent).toHaveLength(2);
    await until(() => expect(taken()).toHaveLength(5));
  });

  it.each(['away', 'lost'] as const)(
    'is sent again unchanged when the service is %s, and counts once',
    async (trouble) => {
      troubles = [trouble, trouble];
      const tracking = client();
      const id = tracking.track({ activity_type: 'like', content: 'post:1' });
      await tracking.flush();
      await until(() => expect(taken()).toHaveLength(1));
      await until(() => expect(sent).toHaveLength(3));
      expect(new Set(sent.map((batch) => JSON.stringify(batch))).size).toBe(1);
      expect(sent[0]?.[0]?.id).toBe(id);
      expect(taken()).toEqual([['ann', 'like']]);
      expect(refused).toEqual([]);
    },
  );

  it('waits as long as the service asks for', async () => {
    troubles = ['lost'];
    const tracking = client();
    tracking.track({ activity_type: 'like', content: 'post:1' });
    await tracking.flush();
    await vi.advanceTimersByTimeAsync(6_900);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    await vi.waitFor(() => expect(sent).toHaveLength(2), { timeout: 10_000 });
  });

  it('is sent with a new token after the old one was refused', async () => {
    troubles = ['refused token'];
    const tokens = vi.fn(async () => token);
    const tracking = client({ token: tokens });
    tracking.track({ activity_type: 'like', content: 'post:1' });
    await tracking.flush();
    await until(() => expect(taken()).toHaveLength(1));
    expect(tokens).toHaveBeenCalledTimes(2);
  });
});

describe('a client that was closed', () => {
  it('sends what waited, tries nothing again, and tells that it takes no more', async () => {
    troubles = ['lost', 'lost'];
    const tracking = client();
    tracking.track({ activity_type: 'like', content: 'post:1' });
    await tracking.flush();
    await tracking.close();
    expect([sent.length, vi.getTimerCount()]).toEqual([2, 0]);
    tracking.track({ activity_type: 'like', content: 'post:2' });
    await tracking.flush();
    expect([sent.length, vi.getTimerCount()]).toEqual([2, 0]);
    expect(refused).toMatchObject([{ code: 'CLIENT_CLOSED', activity: { content: 'post:2' } }]);
  });

  it('does not try again either what was under way when it was closed', async () => {
    let answer = (_response: Response): void => undefined;
    const slowly = () =>
      new Promise<Response>((resolve) => {
        answer = resolve;
      });
    const tracking = client({ fetch: slowly as typeof fetch, flushAt: 1 });
    tracking.track({ activity_type: 'like', content: 'post:1' });
    await vi.advanceTimersByTimeAsync(1);
    const closed = tracking.close();
    answer(new Response(null, { status: 503, headers: { 'retry-after': '7' } }));
    await closed;
    await vi.advanceTimersByTimeAsync(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what the service refuses', () => {
  it('is told, one by one, and does not harm the rest', async () => {
    const tracking = client();
    tracking.track({ activity_type: 'like' });
    tracking.track({ activity_type: 'like', content: 'post:1' });
    await tracking.flush();
    expect(taken()).toEqual([['ann', 'like']]);
    expect(refused).toMatchObject([{ code: 'ACTIVITY_INVALID', detail: expect.stringContaining('content: must') }]);
  });

  it('as a whole is not sent again', async () => {
    troubles = ['malformed'];
    const tracking = client();
    tracking.track({ activity_type: 'like', content: 'post:1' });
    await tracking.flush();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sent).toHaveLength(1);
    expect(refused).toMatchObject([{ code: 'REQUEST_MALFORMED', detail: 'No.' }]);
  });

  it('the oldest of more than a thousand that wait are given up', async () => {
    troubles = Array.from({ length: 1_000 }, () => 'away');
    const tracking = client();
    const ids = Array.from({ length: 1_002 }, () => tracking.track({ activity_type: 'view', content: 'post:1' }));
    expect(refused.map(({ activity, code }) => [activity.id, code])).toEqual([
      [ids[0], 'QUEUE_FULL'],
      [ids[1], 'QUEUE_FULL'],
    ]);
  });
});

it('a batch has a hundred activities and 60 kB at most', async () => {
  const tracking = client({ flushAt: 1_000 });
  for (let index = 0; index < 150; index += 1) {
    tracking.track({ activity_type: 'view', content: 'post:1' });
  }
  for (let index = 0; index < 3; index += 1) {
    tracking.track({ activity_type: 'view', content: 'post:1', metadata: { text: 'x'.repeat(25_000) } });
  }
  await tracking.flush();
  expect(sent.map((batch) => batch.length)).toEqual([100, 52, 1]);
});
