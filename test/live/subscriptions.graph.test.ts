import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Client, createClient, type ExecutionResult } from 'graphql-sse';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Role } from '../../src/api/auth.ts';
import { type Listening, listen } from '../../src/api/serve.ts';
import { type App, type OpenedApi, openApi, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/core/config.ts';
import { bearer, NOW, SECRET, tokenFor } from '../api/fixture.ts';
import { openWay, type Way } from '../log/cut-way.ts';
import { useGraph, usePostgres } from '../support/stores.ts';

const postgres = usePostgres();
useGraph();

interface Replica {
  readonly app: App;
  readonly api: OpenedApi;
  readonly server: Listening;
  /** The way to it can be cut. */
  readonly way: Way;
}

let dataDir = '';
/** Two processes of one service, as far as they know. */
let first: Replica;
let second: Replica;

async function openReplica(port = 0): Promise<Replica> {
  const config = readConfig({ DATA_DIR: dataDir, AUTH_SECRET: SECRET });
  const addresses = { databaseUrl: postgres.url, neo4j: inject('stores').neo4j };
  const app = await openApp({ config, addresses, logger: pino({ level: 'silent' }), clock: { now: () => NOW } });
  const api = await openApi(app, addresses);
  app.projector.start();
  const server = await listen(api.handler, { host: '127.0.0.1', port });
  return { app, api, server, way: await openWay(`http://127.0.0.1:${server.port}`) };
}

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-live-'));
  first = await openReplica();
  second = await openReplica();
});
afterAll(async () => {
  for (const { app, api, server, way } of [first, second]) {
    await way.cut();
    await server.close(0);
    await api.close();
    await app.close();
  }
  await rm(dataDir, { recursive: true, force: true });
});

const clients: Client[] = [];
afterEach(() => clients.splice(0).forEach((client) => void client.dispose()));

type Told = Record<string, Record<string, unknown>>;

interface Subscription {
  readonly results: ExecutionResult<Told, unknown>[];
  connections: number;
  ended: 'completed' | 'failed' | undefined;
  failure: unknown;
  stop(): void;
}

/** Subscribes by the official client, which comes again by itself. `variables` are those of the next connection. */
function subscribe(
  to: Replica,
  query: string,
  { as = 'ann', role = 'user' as Role, variables = {} as Record<string, unknown>, token = '', retryAttempts = 0 } = {},
): Subscription {
  const client = createClient({
    url: `${to.way.url.replace(/\/$/u, '')}/graphql`,
    headers: async () => (token === '' ? { ...(await bearer(as, role)) } : { authorization: `Bearer ${token}` }),
    retryAttempts,
    retry: () => new Promise((resolve) => void setTimeout(resolve, 20)),
  });
  clients.push(client);
  const subscription: Subscription = {
    results: [],
    connections: 0,
    ended: undefined,
    failure: undefined,
    stop: () => undefined,
  };
  subscription.stop = client.subscribe<Told>(
    { query, variables },
    {
      next: (result) => void subscription.results.push(result),
      error: (error) => {
        subscription.ended = 'failed';
        subscription.failure = error;
      },
      complete: () => {
        subscription.ended = 'completed';
      },
    },
    {
      connected: () => {
        subscription.connections += 1;
      },
    },
  );
  return subscription;
}

const connected = (subscription: Subscription, times = 1) =>
  expect.poll(() => subscription.connections, { timeout: 10_000 }).toBe(times);

async function act(at: Replica, by: string, activity: Record<string, unknown>): Promise<number> {
  const answer = await at.api.handler.request('/activities/', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await bearer(by, 'user')) },
    body: JSON.stringify(activity),
  });
  const accepted = (await answer.json()) as { position: number };
  expect(answer.status).toBe(201);
  return accepted.position;
}

const like = (at: Replica, by: string, content: string) => act(at, by, { activity_type: 'like', content });

const RECORDED =
  'subscription ($after: Position) { activityRecorded(afterPosition: $after) { position activityType content metadata } }';
const UPDATED = 'subscription { feedUpdated { userId position reasons } }';

const told = (subscription: Subscription, field: string, part: string) =>
  subscription.results.map(({ data }) => data?.[field]?.[part]);
const positions = (subscription: Subscription) => told(subscription, 'activityRecorded', 'position');
const reasons = (subscription: Subscription) => told(subscription, 'feedUpdated', 'reasons');

/** Ends what the processes listen to Postgres by. */
async function cutListeners(): Promise<number> {
  const { rowCount } = await first.app.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'activity-graph listener' AND datname = current_database()`,
  );
  return rowCount ?? 0;
}

describe('activityRecorded', () => {
  it('tells at one process what another one recorded, of the person alone', async () => {
    const ann = subscribe(second, RECORDED);
    await connected(ann);
    await like(first, 'bo', 'post:1');
    const position = await act(first, 'ann', {
      activity_type: 'like',
      content: 'post:1',
      metadata: { place: 'Turin' },
    });
    await expect
      .poll(() => ann.results)
      .toEqual([
        {
          data: {
            activityRecorded: { position, activityType: 'like', content: 'post:1', metadata: { place: 'Turin' } },
          },
        },
      ]);
  });

  it('goes on when Postgres ended the connection that is listened on', async () => {
    const ann = subscribe(second, RECORDED);
    await connected(ann);
    expect(await cutListeners()).toBe(2);
    const recorded = [await like(first, 'ann', 'post:2'), await like(first, 'ann', 'post:3')];
    await expect.poll(() => positions(ann), { timeout: 10_000 }).toEqual(recorded);
    expect(ann.connections).toBe(1);
  });

  it('repeats nothing and misses nothing when the client is cut off and comes again, elsewhere too', async () => {
    const variables: Record<string, unknown> = { after: await first.app.log.head() };
    const ann = subscribe(second, RECORDED, { variables, retryAttempts: 50 });
    await connected(ann);
    const recorded = [await like(first, 'ann', 'post:4')];
    await expect.poll(() => positions(ann)).toEqual(recorded);
    for (const content of ['post:5', 'post:6']) {
      variables['after'] = positions(ann).at(-1);
      await second.way.cut();
      recorded.push(await like(first, 'ann', content), await act(second, 'ann', { activity_type: 'view', content }));
      await second.way.mend();
      await expect.poll(() => positions(ann), { timeout: 10_000 }).toEqual(recorded);
    }
    const elsewhere = subscribe(first, RECORDED, { variables: { after: recorded[0] } });
    await expect.poll(() => positions(elsewhere)).toEqual(recorded.slice(1));
  });

  it('is for the person alone, and for those who may read the activities of others', async () => {
    const query = 'subscription { activityRecorded(userId: "bo") { position } }';
    const ann = subscribe(first, query);
    await expect.poll(() => ann.ended).toBe('failed');
    expect(ann.failure).toMatchObject({ response: { status: 403 } });
    const analyst = subscribe(first, query, { role: 'analyst' });
    await connected(analyst);
    const position = await like(second, 'bo', 'post:7');
    await expect.poll(() => positions(analyst)).toEqual([position]);
  });
});

describe('feedUpdated', () => {
  it('tells when the graph has what a person did and what their ties openly did, and nothing of the rest', async () => {
    await act(first, 'di', { activity_type: 'connection_request', target_user_id: 'ed' });
    await act(first, 'ed', { activity_type: 'connection_accept', target_user_id: 'di' });
    for (const [by, to] of [
      ['di', 'ed'],
      ['ed', 'di'],
    ]) {
      await act(first, by ?? '', { activity_type: 'message', target_user_id: to });
    }
    const described = await act(first, 'flo', { activity_type: 'create', content: 'post:opening' });
    await second.app.projector.waitFor(described, 10_000);
    const di = subscribe(second, UPDATED, { as: 'di' });
    await expect.poll(() => reasons(di)).toEqual([['STARTED']]);

    const own = await like(first, 'di', 'post:opening');
    await expect
      .poll(() => di.results.at(-1)?.data?.['feedUpdated'], { timeout: 10_000 })
      .toEqual({
        userId: 'di',
        position: own,
        reasons: ['OWN_ACTIVITY'],
      });
    expect(second.app.projector.position).toBeGreaterThanOrEqual(own);

    // Told for the last of these alone: what is nobody else's business, what Di may not see, what strangers do.
    await act(first, 'ed', { activity_type: 'view', content: 'post:opening' });
    await act(first, 'ed', { activity_type: 'save', content: 'post:opening' });
    await act(first, 'ed', { activity_type: 'create', content: 'post:diary', visibility: 'private' });
    await like(first, 'gus', 'post:opening');
    const open = await like(first, 'ed', 'post:opening');
    await expect.poll(() => reasons(di), { timeout: 10_000 }).toHaveLength(3);
    expect(di.results.at(-1)?.data).toEqual({
      feedUpdated: { userId: 'di', position: open, reasons: ['SUPPORT_OF_TIE'] },
    });

    await act(first, 'ed', { activity_type: 'create', content: 'post:ed1' });
    await expect.poll(() => reasons(di).at(-1), { timeout: 10_000 }).toEqual(['CONTENT_OF_TIE']);
    expect(reasons(di)).toHaveLength(4);
  });

  it('tells many things of one moment once', async () => {
    const gus = subscribe(second, UPDATED, { as: 'gus' });
    await expect.poll(() => reasons(gus)).toEqual([['STARTED']]);
    const batch = Array.from({ length: 40 }, (_, index) => ({ activity_type: 'view', content: `post:${index}` }));
    for (const activity of batch) {
      await act(first, 'gus', activity);
    }
    const head = await first.app.log.head();
    await expect.poll(() => told(gus, 'feedUpdated', 'position').at(-1), { timeout: 10_000 }).toBe(head);
    expect(gus.results.length).toBeLessThan(10);
  });
});

describe('a subscription', () => {
  it('begins with a ping, and has one now and then, so that nobody on the way takes it for dead', async () => {
    const answer = await fetch(`http://127.0.0.1:${first.server.port}/graphql`, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...(await bearer('ann', 'user')) },
      body: JSON.stringify({ query: RECORDED }),
    });
    const reader = answer.body?.getReader();
    const pings = [await reader?.read(), await reader?.read()];
    expect(pings.map((ping) => new TextDecoder().decode(ping?.value))).toEqual([':\n\n', ':\n\n']);
    await reader?.cancel();
  });

  it('is refused to who does not take events, and to a position that the log does not have', async () => {
    const ask = async (query: string, accept: string) => {
      const headers = { accept, 'content-type': 'application/json', ...(await bearer('ann', 'user')) };
      const answer = await first.api.handler.request('/graphql', {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      });
      return [answer.status, await answer.text()];
    };
    expect(await ask(UPDATED, 'application/json')).toEqual([400, expect.stringContaining('text/event-stream')]);
    const beyond = 'subscription { activityRecorded(afterPosition: 100000) { position } }';
    expect(await ask(beyond, 'text/event-stream')).toEqual([400, expect.stringContaining('the log ends at')]);
  });

  it('is one of ten that a person may have open, and a place is free again when one is closed', async () => {
    const open = Array.from({ length: 10 }, () => subscribe(first, RECORDED, { as: 'flo' }));
    await Promise.all(open.map((one) => connected(one)));
    const refused = subscribe(first, RECORDED, { as: 'flo' });
    await expect.poll(() => refused.ended).toBe('failed');
    expect(refused.failure).toMatchObject({ response: { status: 429 } });
    open[0]?.stop();
    await expect
      .poll(async () => {
        const another = subscribe(first, RECORDED, { as: 'flo' });
        await expect.poll(() => another.connections + (another.ended === undefined ? 0 : 2)).toBeGreaterThan(0);
        return another.connections;
      })
      .toBe(1);
  });

  it('ends with its token, and says so', async () => {
    // Five seconds are forgiven to clocks that differ.
    const token = await tokenFor('ann', 'user', { ttlSeconds: -4 });
    const ann = subscribe(first, RECORDED, { token });
    await expect.poll(() => ann.ended, { timeout: 10_000 }).toBe('completed');
    expect(ann.results.at(-1)?.errors?.[0]).toMatchObject({ extensions: { code: 'AUTH_REQUIRED' } });
  });

  it('is cut off when its process stops, which does not wait for it, and the client comes again', async () => {
    const variables = { after: await second.app.log.head() };
    const ann = subscribe(second, RECORDED, { variables, retryAttempts: 500 });
    await connected(ann);
    const { port } = second.server;
    const began = performance.now();

    await second.server.close(20_000);

    expect(performance.now() - began).toBeLessThan(10_000);
    await second.api.close();
    await second.app.close();
    second = { ...(await openReplica(port)), way: second.way };
    const position = await like(first, 'ann', 'post:8');
    await expect.poll(() => positions(ann), { timeout: 10_000 }).toEqual([position]);
  });
});
