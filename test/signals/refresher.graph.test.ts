import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { rebuildGraph } from '../../src/graph/projection/rebuild.ts';
import { createProjector } from '../../src/ingest/projector.ts';
import { chainAt } from '../../src/log/chain/chain-at.ts';
import { titlesOf } from '../../src/log/read/catalogue.ts';
import { forgetDeadLetters, recordDeadLetters } from '../../src/log/read/dead-letters.ts';
import { forgetRefreshes, readRefreshPosition } from '../../src/signals/refresh-position.ts';
import { createRefresher, type Refresh, type Refresher, type RefresherPorts } from '../../src/signals/refresher.ts';
import type { Touched } from '../../src/signals/touched.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { openWorld, type World } from '../support/world.ts';

const postgres = usePostgres();
const lent = useGraph();
const logger = pino({ level: 'silent' });
let world: World;
let projector: ReturnType<typeof createProjector>;
let refresher: Refresher | undefined;
let anew: string[] = [];
let calls: { touched: Touched; now: number }[] = [];

beforeAll(async () => {
  world = await openWorld({ databaseUrl: postgres.url, graph: lent.graph });
  projector = createProjector(projectorPorts());
  projector.start();
});
beforeEach(async () => {
  calls = [];
  anew = [];
  await world.pool.query('TRUNCATE signal_refresh');
});
afterEach(() => refresher?.stop());
afterAll(async () => {
  await projector.stop();
  await world.close();
});

function projectorPorts() {
  const { log, pool } = world;
  return {
    log,
    graph: lent.graph,
    ranking: DEFAULT_RANKING,
    logger,
    clock: world.clock,
    titlesOf: (references: readonly string[]) => titlesOf(pool, references),
    recordDeadLetters: (letters: Parameters<typeof recordDeadLetters>[1]) => recordDeadLetters(pool, letters),
    forgetDeadLetters: () => forgetDeadLetters(pool),
    forgetRefreshes: () => forgetRefreshes(pool, [noting]),
    chainAt: (position: number) => chainAt(pool, position),
  };
}

const noting: Refresh = {
  name: 'noting',
  async refresh(touched, now) {
    calls.push({ touched, now });
  },
};

function follow(own: Partial<RefresherPorts> = {}): void {
  refresher = createRefresher({
    pool: world.pool,
    log: world.log,
    projector: () => projector.state(),
    refreshes: [noting],
    computeAnew: async (name) => {
      anew.push(name);
    },
    mayRun: () => true,
    clock: world.clock,
    logger,
    lookEveryMs: 5,
    ...own,
  });
  refresher.start();
}

const positionOf = (name: string): Promise<number> => readRefreshPosition(world.pool, name);

async function reaches(position: number, name = 'noting'): Promise<void> {
  await expect.poll(() => positionOf(name)).toBe(position);
}

it('tells a refresh whom and what new activities touched, once the graph has them', async () => {
  await world.append(
    { by: 'ann', does: 'create', to: 'post:p1' },
    { by: 'bo', does: 'like', to: 'post:p1' },
    { by: 'cy', does: 'message', with: 'di' },
    { by: 'ed', does: 'follow', with: 'flo' },
  );
  follow();
  await reaches(await world.log.head());
  const all = (pick: (touched: Touched) => ReadonlySet<string>) =>
    [...new Set(calls.flatMap(({ touched }) => [...pick(touched)]))].sort();
  expect(all(({ people }) => people)).toEqual(['ann', 'bo', 'cy', 'di', 'ed', 'flo']);
  expect(all(({ contents }) => contents)).toEqual(['post:p1']);
  expect(all(({ connections }) => connections)).toEqual(['ed', 'flo']);
  expect(calls[0]?.now).toBe(world.clock.now());
  expect(projector.position).toBe(await world.log.head());
});

it('takes no more rows in a turn than it is given, and all of them in the end', async () => {
  await world.append(...['a', 'b', 'c', 'd', 'e'].map((id) => ({ by: 'ann', does: 'like', to: `post:${id}` })));
  follow({ rowsPerTurn: 2 });
  await reaches(await world.log.head());
  expect(Math.max(...calls.map(({ touched }) => touched.contents.size))).toBeLessThanOrEqual(2);
  const seen = new Set(calls.flatMap(({ touched }) => [...touched.contents]));
  expect(['post:a', 'post:b', 'post:c', 'post:d', 'post:e'].every((id) => seen.has(id))).toBe(true);
});

it('has everything computed anew when it lies too far behind, as after an import', async () => {
  await world.append(...['a', 'b', 'c'].map((id) => ({ by: 'bo', does: 'save', to: `post:${id}` })));
  await projector.waitFor(await world.log.head(), 10_000);
  follow({ mostBehind: 2 });
  await reaches(await world.log.head());
  expect(calls).toEqual([]);
  expect(anew).toEqual(['noting']);
});

it('has everything computed anew again when that failed', async () => {
  await projector.waitFor(await world.log.head(), 10_000);
  let attempts = 0;
  const computeAnew = async () => {
    attempts += 1;
    if (attempts < 3) {
      throw new Error('The graph is away');
    }
  };
  follow({ mostBehind: 2, maxPauseMs: 20, computeAnew });
  await reaches(await world.log.head());
  expect(attempts).toBe(3);
});

it('tries a refresh that fails again, and lets the others go on', async () => {
  let attempts = 0;
  const failing: Refresh = {
    name: 'failing',
    async refresh() {
      attempts += 1;
      if (attempts < 3) {
        throw new Error('The graph is away');
      }
    },
  };
  await world.append({ by: 'cy', does: 'like', to: 'post:p1' });
  follow({ refreshes: [failing, noting], maxPauseMs: 20 });
  await reaches(await world.log.head());
  await reaches(await world.log.head(), 'failing');
  expect(attempts).toBeGreaterThanOrEqual(3);
});

it('leaves the work to another process, and goes on where that one stopped', async () => {
  await world.append({ by: 'di', does: 'like', to: 'post:before' });
  const head = await world.log.head();
  await projector.waitFor(head, 10_000);
  await world.pool.query("INSERT INTO signal_refresh VALUES ('noting', $1)", [head]);
  let mine = false;
  follow({ mayRun: () => mine });
  await world.append({ by: 'di', does: 'like', to: 'post:after' });
  await projector.waitFor(await world.log.head(), 10_000);
  expect(await positionOf('noting')).toBe(head);
  mine = true;
  await reaches(await world.log.head());
  expect(calls.map(({ touched }) => [...touched.contents])).toEqual([['post:after']]);
});

it('has everything computed anew after a rebuild that it did not see, also when the graph then stands where it stood', async () => {
  await world.append({ by: 'ann', does: 'like', to: 'post:p1' });
  const head = await world.log.head();
  await projector.waitFor(head, 10_000);
  await world.pool.query("INSERT INTO signal_refresh VALUES ('noting', $1)", [head]);
  const standsStill = () => ({ status: 'running', position: head, lag: 0 });
  follow({ projector: standsStill });
  await rebuildGraph(projectorPorts());
  await reaches(head);
  expect(anew).toEqual(['noting']);
  expect(calls).toEqual([]);
});

it('computes nothing while the graph is rebuilt, and everything anew when it is whole', async () => {
  const head = await world.log.head();
  await world.pool.query("INSERT INTO signal_refresh VALUES ('noting', $1)", [head]);
  let state = { status: 'rebuilding', position: 0, lag: head };
  await rebuildGraph(projectorPorts());
  let looks = 0;
  follow({
    projector: () => {
      looks += 1;
      return state;
    },
  });
  await expect.poll(() => looks).toBeGreaterThan(3);
  expect(anew).toEqual([]);
  expect(await positionOf('noting')).toBeLessThan(0);
  state = { status: 'running', position: head, lag: 0 };
  await reaches(head);
  expect(anew).toEqual(['noting']);
});

it('computes anew again when the graph is rebuilt while it is computed anew', async () => {
  const head = await world.log.head();
  await projector.waitFor(head, 10_000);
  await rebuildGraph(projectorPorts());
  let times = 0;
  const computeAnew = async () => {
    times += 1;
    if (times === 1) {
      await rebuildGraph(projectorPorts());
    }
  };
  follow({ projector: () => ({ status: 'running', position: head, lag: 0 }), computeAnew });
  await reaches(head);
  expect(times).toBe(2);
});
