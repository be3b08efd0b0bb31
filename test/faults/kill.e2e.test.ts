import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRuntime } from '../../src/embedded/stores.ts';
import { freePort, runProgram, type Service, startService } from '../support/service.ts';

/**
 * Faults under load, in small: a client sends batches and repeats each with the same ids until it is acknowledged,
 * while the service and its stores are killed. At the end: acknowledged = log = graph.
 */
describe('under kill -9', () => {
  let dataDir = '';
  let environment: Record<string, string> = {};
  let port = 0;
  let service: Service;
  let token = '';

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-kill-'));
    environment = { DATA_DIR: dataDir };
    port = await freePort();
    service = await startService(environment, port);
    token = (await runProgram(['token', '--user', 'load', '--role', 'service'], environment)).stdout.trim();
  }, 180_000);

  afterAll(async () => {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  it('Laws 1, 2 and 3: nothing acknowledged is lost and nothing counts twice when the service is killed five times, Neo4j twice and Postgres twice', async () => {
    const load = startLoad(() => service.url, token);
    for (let round = 0; round < 5; round += 1) {
      await load.acknowledgedMore(400);
      await service.crash();
      service = await startService(environment, port);
    }
    const pidOf = async (store: 'neo4j' | 'postgres'): Promise<number> =>
      (await readRuntime(dataDir))?.[store]?.process.pid ?? 0;
    for (const store of ['neo4j', 'postgres', 'neo4j', 'postgres'] as const) {
      await load.acknowledgedMore(400);
      const pid = await pidOf(store);
      expect(pid, `${store} runs as a child`).toBeGreaterThan(0);
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => pidOf(store), { timeout: 60_000, interval: 100 }).not.toBe(pid);
    }
    await load.acknowledgedMore(400);
    const sent = await load.stop();

    const lag = async (): Promise<unknown> => {
      const response = await fetch(`${service.url}/health/ready`).catch(() => undefined);
      const body = (await response?.json().catch(() => undefined)) as { projector?: { lag?: number } } | undefined;
      return body?.projector?.lag;
    };
    await expect.poll(lag, { timeout: 60_000, interval: 200 }).toBe(0);

    const verified = await runProgram(['verify', '--json'], environment);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      rows: sent.acknowledged,
      head: sent.acknowledged,
      problems: [],
    });
    const checked = await runProgram(['rebuild-graph', '--check', '--json'], environment);
    expect(JSON.parse(checked.stdout)).toMatchObject({ differences: [] });
    expect(sent.acknowledged).toBeGreaterThanOrEqual(4_000);
    // Lost connections made the client repeat batches that had been committed: that is what must not count twice.
    expect(sent.retries).toBeGreaterThan(0);
  }, 400_000);
});

interface Load {
  /** Resolves when that many more activities were acknowledged. */
  acknowledgedMore(count: number): Promise<void>;
  stop(): Promise<{ readonly acknowledged: number; readonly retries: number }>;
}

const BATCH = 20;

/** Four clients, each with one batch on its way; bounded, so that a service that never answers ends the test. */
function startLoad(url: () => string, token: string): Load {
  let running = true;
  let sent = 0;
  let acknowledged = 0;
  let retries = 0;

  const post = async (activities: readonly unknown[]): Promise<boolean> => {
    const response = await fetch(`${url()}/activities/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(activities),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined);
    if (response?.status !== 200) {
      return false;
    }
    const body = (await response.json()) as { results: { status: string }[] };
    return body.results.every(({ status }) => status === 'accepted' || status === 'duplicate');
  };

  const client = async (): Promise<void> => {
    while (running) {
      const batch = Array.from({ length: BATCH }, (_, index) => activity(sent + index));
      sent += BATCH;
      let attempts = 0;
      while (!(await post(batch))) {
        attempts += 1;
        retries += 1;
        if (attempts > 2_000) {
          throw new Error('The service did not come back');
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      acknowledged += BATCH;
    }
  };
  const clients = Promise.all(Array.from({ length: 4 }, client));
  return {
    async acknowledgedMore(count) {
      const goal = acknowledged + count;
      await expect.poll(() => acknowledged, { timeout: 120_000, interval: 20 }).toBeGreaterThanOrEqual(goal);
    },
    async stop() {
      running = false;
      await clients;
      return { acknowledged, retries };
    },
  };
}

/** Few people and posts, so that edges are hot; likes are taken back now and then. */
function activity(index: number): Record<string, unknown> {
  const types = ['view', 'like', 'comment', 'unlike', 'share', 'save'];
  return {
    id: `load-${index}`,
    user_id: `person-${index % 17}`,
    activity_type: types[index % types.length],
    content: `post:${index % 13}`,
    occurred_at: new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString(),
  };
}
