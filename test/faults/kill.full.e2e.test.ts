import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { readRuntime } from '../../src/embedded/stores.ts';
import { openGraph } from '../../src/graph/graph.ts';
import { freePort, runProgram, type Service, startService } from '../support/service.ts';
import { ID, leaveTraces, searchFiles, searchStores, WORDS } from './erased-on-disk.ts';

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
    environment = { DATA_DIR: dataDir, LOG_LEVEL: 'debug' };
    port = await freePort();
    service = await startService(environment, port);
    token = (await runProgram(['token', '--user', 'load', '--role', 'service'], environment)).stdout.trim();
  }, 180_000);

  afterAll(async () => {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  it('Laws 1, 2 and 3: nothing acknowledged is lost and nothing counts twice when the service is killed five times, Neo4j twice and Postgres twice', async () => {
    onTestFailed(() => console.error(service.output().slice(-6_000)));
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

    const projector = async (): Promise<unknown> => {
      const response = await fetch(`${service.url}/health/ready`).catch(() => undefined);
      const body = (await response?.json().catch(() => undefined)) as { projector?: unknown } | undefined;
      return body?.projector;
    };
    await expect.poll(projector, { timeout: 60_000, interval: 200 }).toMatchObject({ lag: 0 });

    const verified = await runProgram(['verify', '--json'], environment);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      rows: sent.acknowledged,
      head: sent.acknowledged,
      problems: [],
    });
    const checked = await runProgram(['rebuild-graph', '--check', '--json'], environment);
    expect(JSON.parse(checked.stdout)).toMatchObject({ position: sent.acknowledged, differences: [] });
    await doubleOneEdge(dataDir);
    const doubled = await runProgram(['rebuild-graph', '--check', '--json'], environment);
    expect(JSON.parse(doubled.stdout).differences, 'an edge that counts twice is found').toHaveLength(1);
    expect(sent.acknowledged).toBeGreaterThanOrEqual(4_000);
    // Lost connections made the client repeat batches that had been committed: that is what must not count twice.
    expect(sent.retries).toBeGreaterThan(0);
  }, 400_000);

  it('Law 9: nothing is left of a person who was erased by the command line, in the stores or in a file that anybody writes', async () => {
    onTestFailed(() => console.error(service.output().slice(-6_000)));
    await leaveTraces(service, dataDir);
    const exported = await runProgram(['export', ID], environment);
    expect(WORDS.filter((word) => !exported.stdout.includes(word))).toEqual([]);
    expect(await searchStores(dataDir, WORDS)).not.toEqual([]);

    const erased = await runProgram(['erase', ID, '--json'], environment);
    expect(JSON.parse(erased.stdout)).toMatchObject({ status: 'done' });
    expect(await runProgram(['export', ID], environment)).toMatchObject({ code: 65, stdout: '' });
    const pruned = await runProgram(['prune', '--json'], environment);
    expect(JSON.parse(pruned.stdout)).toMatchObject({ partitions: [] });
    const verified = await runProgram(['verify', '--json'], environment);
    expect(JSON.parse(verified.stdout)).toMatchObject({ problems: [] });

    expect(await searchStores(dataDir, WORDS)).toEqual([]);
    expect(await searchFiles(dataDir, WORDS)).toEqual([]);
    expect(await searchFiles(dataDir, ['database system is ready']), 'the search finds what is there').not.toEqual([]);
    const printed = [service.output(), ...[exported, erased, pruned, verified].map(({ stderr }) => stderr)].join('\n');
    expect(WORDS.filter((word) => printed.toLowerCase().includes(word.toLowerCase()))).toEqual([]);
  }, 240_000);
});

/** What a projector that applied a batch twice would have done to one edge. */
async function doubleOneEdge(dataDir: string): Promise<void> {
  const address = (await readRuntime(dataDir))?.neo4j;
  if (address === undefined) {
    throw new Error('No Neo4j is running');
  }
  const graph = openGraph(address);
  const session = graph.driver.session();
  await session.run('MATCH ()-[e:ENGAGED]->() WITH e ORDER BY e.weight DESC LIMIT 1 SET e.weight = e.weight * 2');
  await session.close();
  await graph.close();
}

interface Load {
  /** Resolves when that many more activities were acknowledged. */
  acknowledgedMore(count: number): Promise<void>;
  stop(): Promise<{ readonly acknowledged: number; readonly retries: number }>;
}

const BATCH = 20;
/** Recent, so that the weights that are compared at the end have not faded below what the comparison can see. */
const START = Date.now() - 2 * 3_600_000;

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
    occurred_at: new Date(START + (index % 3_600) * 1_000).toISOString(),
  };
}
