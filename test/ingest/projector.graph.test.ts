import fc from 'fast-check';
import neo4j from 'neo4j-driver';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FoldRow } from '../../src/activity/fold-row.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { DAY_MS } from '../../src/core/clock.ts';
import { AppError } from '../../src/core/errors.ts';
import { bringForwardEdges } from '../../src/graph/decay.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { readProjection } from '../../src/graph/projection/projection.ts';
import { rebuildGraph } from '../../src/graph/projection/rebuild.ts';
import { createProjector, PROJECTOR_POINTS, type Projector, type ProjectorPorts } from '../../src/ingest/projector.ts';
import { inMemoryLog } from '../graph/in-memory-log.ts';
import { dumpDifferences, dumpGraph, randomRows, referenceFold, rowsOf, signal, T0 } from '../graph/rows.ts';
import { useGraph } from '../support/stores.ts';

const lent = useGraph();
const ranking = DEFAULT_RANKING;
const NOW = T0 + 21 * DAY_MS;

const started = new Set<Projector>();

type Source = ReturnType<typeof inMemoryLog>;

/** A projector that polls and comes back quickly, stopped at the end of the test. */
function project(source: Source, own: Partial<ProjectorPorts> = {}): Projector {
  const projector = createProjector({
    ...source,
    graph: lent.graph,
    ranking,
    logger: pino({ level: 'silent' }),
    clock: { now: () => NOW },
    pollMs: 20,
    maxPauseMs: 2,
    ...own,
  });
  started.add(projector);
  projector.start();
  return projector;
}

async function stopAll(): Promise<void> {
  await Promise.all([...started].map((projector) => projector.stop()));
  started.clear();
}

beforeEach(() => lent.empty());
afterEach(stopAll);

async function differencesFrom(rows: readonly FoldRow[]): Promise<string[]> {
  return dumpDifferences(referenceFold(rows, NOW), await dumpGraph(lent.graph, NOW));
}

/** A graph that fails now and then: before it does anything, or after it committed, so that the outcome is unknown. */
function unreliable(graph: Graph, fate: () => 'fine' | 'before' | 'after'): Graph {
  return {
    ...graph,
    async write(work) {
      const drawn = fate();
      if (drawn === 'before') {
        throw new AppError('GRAPH_UNAVAILABLE', 'The connection was cut before the transaction');
      }
      const result = await graph.write(work);
      if (drawn === 'after') {
        throw new AppError('GRAPH_UNAVAILABLE', 'The connection was cut while the commit was answered');
      }
      return result;
    },
  };
}

const likes = (count: number, from = 0): FoldRow[] =>
  rowsOf(Array.from({ length: from + count }, () => ({ signals: [signal()] }))).slice(from);

describe('Law 3: the graph is a fold of the log, after any crash', () => {
  it('whatever the rows, the batch size, and wherever the connection is cut', async () => {
    const fates = fc.infiniteStream(fc.constantFrom('fine', 'fine', 'before', 'after'));
    await fc.assert(
      fc.asyncProperty(randomRows, fc.constantFrom(1, 7, 500), fates, async (rows, batchSize, drawn) => {
        await lent.empty();
        const next = drawn[Symbol.iterator]();
        const graph = unreliable(lent.graph, () => next.next().value as 'fine' | 'before' | 'after');
        const projector = project(inMemoryLog(rows), { graph, batchSize });
        expect(await projector.waitFor(rows.length, 20_000)).toBe(true);
        await stopAll();
        expect(await differencesFrom(rows)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it.each(PROJECTOR_POINTS)('when it fails at every second %s', async (point) => {
    let count = 0;
    const hooks = (reached: string): void => {
      count += reached === point ? 1 : 0;
      if (reached === point && count % 2 === 1) {
        throw new Error(`Killed at ${point}`);
      }
    };
    const rows = likes(20);
    const projector = project(inMemoryLog(rows), { batchSize: 3, hooks });
    expect(await projector.waitFor(20, 10_000)).toBe(true);
    await vi.waitFor(() => expect(count).toBeGreaterThan(0));
    await stopAll();
    expect(await differencesFrom(rows)).toEqual([]);
  });

  it.each(PROJECTOR_POINTS)('when the process dies at %s and another takes over', async (point) => {
    const rows = likes(9);
    const source = inMemoryLog(rows);
    let died = false;
    const dying = project(source, {
      batchSize: 3,
      hooks: async (reached) => {
        if (reached === point) {
          died = true;
          // A dead process does nothing more; this one hangs here until the test is over.
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          throw new Error('Only the test goes on here');
        }
      },
    });
    let release = (): void => undefined;
    await vi.waitFor(() => expect(died).toBe(true));
    const successor = project(source, { batchSize: 4 });
    expect(await successor.waitFor(9, 10_000)).toBe(true);
    expect(await differencesFrom(rows)).toEqual([]);
    const stopped = dying.stop();
    release();
    await stopped;
    expect(await differencesFrom(rows)).toEqual([]);
  });

  it('with two projectors at once, nothing is applied twice', async () => {
    const source = inMemoryLog();
    const [one, two] = [project(source, { batchSize: 5 }), project(source, { batchSize: 7 })];
    const rows = likes(200);
    for (let start = 0; start < rows.length; start += 10) {
      source.append(rows.slice(start, start + 10));
      await Promise.all([one.waitFor(start + 1, 10_000), two.waitFor(start + 3, 10_000)]);
    }
    expect(await Promise.all([one.waitFor(200, 10_000), two.waitFor(200, 10_000)])).toEqual([true, true]);
    expect(await differencesFrom(rows)).toEqual([]);
  });
});

describe('Law 4: exact decay', () => {
  it('holds beside a decay job that runs all the time: 300 of 300 signals survive', async () => {
    const source = inMemoryLog();
    const projector = project(source, { batchSize: 1 });
    const rows = likes(300);
    source.append(rows);
    let runs = 0;
    while (projector.position < 300) {
      runs += 1;
      await bringForwardEdges(lent.graph, { ranking, now: T0 + runs });
    }
    expect(runs).toBeGreaterThan(3);
    expect(await differencesFrom(rows)).toEqual([]);
  });
});

describe('the projector', () => {
  it('answers a wait as soon as the graph has the position, and says no when the time is up', async () => {
    const source = inMemoryLog();
    const projector = project(source, { pollMs: 60_000 });
    await vi.waitFor(() => expect(projector.state().status).toBe('running'));
    const waited = projector.waitFor(2, 10_000);
    expect(await projector.waitFor(1, 1)).toBe(false);
    source.append(likes(2));
    expect(await waited).toBe(true);
    expect((await readProjection(lent.graph)).position).toBe(2);
    expect(projector.state()).toMatchObject({ status: 'running', position: 2, head: 2, lag: 0, behindMs: 0 });
  });

  it('finds what nobody told it of by polling', async () => {
    const source = inMemoryLog();
    const projector = project(source);
    await vi.waitFor(() => expect(projector.state().status).toBe('running'));
    source.rows.push(...likes(3));
    await vi.waitFor(() => expect(projector.position).toBe(3));
  });

  it('reports that Neo4j is away, drops nothing, and goes on when it is back', async () => {
    const source = inMemoryLog(likes(5));
    let away = true;
    const read: Graph['run'] = (query, params) =>
      away ? Promise.reject(new AppError('GRAPH_UNAVAILABLE', 'No connection')) : lent.graph.run(query, params);
    const projector = project(source, { graph: { ...lent.graph, run: read } });
    await vi.waitFor(() => expect(projector.state().status).toBe('graph-away'));
    source.append(likes(5, 5));
    expect(projector.state()).toMatchObject({ lag: 10, error: 'No connection' });
    away = false;
    expect(await projector.waitFor(10, 5_000)).toBe(true);
    expect(await differencesFrom(source.rows)).toEqual([]);
    expect(source.deadLetters.size).toBe(0);
  });

  it('takes a transient failure of Neo4j for one, and never for the fault of a row', async () => {
    const source = inMemoryLog(likes(5));
    const codes = ['Neo.TransientError.Transaction.DeadlockDetected', 'Neo.DatabaseError.General.UnknownError'];
    const graph: Graph = {
      ...lent.graph,
      write: (work) => {
        const code = codes.pop();
        return code === undefined
          ? lent.graph.write(work)
          : Promise.reject(new neo4j.Neo4jError('Try again', code, '00000', 'Try again'));
      },
    };
    const projector = project(source, { graph });
    expect(await projector.waitFor(5, 5_000)).toBe(true);
    expect(source.deadLetters.size).toBe(0);
  });

  it('reports that the log is away, and goes on when it is back', async () => {
    const source = inMemoryLog(likes(5));
    let away = true;
    const log = {
      ...source.log,
      readFoldRows: (after: number, limit: number) =>
        away ? Promise.reject(new Error('Connection terminated unexpectedly')) : source.log.readFoldRows(after, limit),
    };
    const projector = project(source, { log });
    await vi.waitFor(() => expect(projector.state().status).toBe('log-away'));
    away = false;
    expect(await projector.waitFor(5, 5_000)).toBe(true);
    await vi.waitFor(() => expect(projector.state().status).toBe('running'));
  });

  it('Law 10: does not stop at a poison row', async () => {
    const rows = likes(50).map((row) =>
      row.position % 13 === 0 ? { ...row, signals: [signal({ kind: 'teleport' })] } : row,
    );
    const source = inMemoryLog(rows);
    const projector = project(source, { batchSize: 20 });
    expect(await projector.waitFor(50, 10_000)).toBe(true);
    expect([...source.deadLetters.keys()]).toEqual([13, 26, 39]);
    expect(await differencesFrom(rows.filter((row) => row.position % 13 !== 0))).toEqual([]);
  });

  it('Law 10: does not stop at a row that this version cannot read', async () => {
    const rows = likes(3).map((row) =>
      row.position === 2 ? { ...row, kind: 'teleport', signals: [], unreadable: 'Unknown kind teleport' } : row,
    );
    const source = inMemoryLog(rows);
    const projector = project(source);
    expect(await projector.waitFor(3, 10_000)).toBe(true);
    expect(source.deadLetters.get(2)).toMatchObject({ kind: 'teleport', message: 'Unknown kind teleport' });
    expect(source.deadLetters.size).toBe(1);
  });

  it('does not take a fault of this program for an absence of the log', async () => {
    const source = inMemoryLog(likes(1));
    const log = { ...source.log, readFoldRows: () => Promise.reject(new TypeError('A slip')) };
    const projector = project(source, { log });
    await vi.waitFor(() => expect(projector.state()).toMatchObject({ status: 'failing', error: 'A slip' }));
  });

  it('prepares the graph until that has succeeded once, and not again', async () => {
    let calls = 0;
    const prepareGraph = async (): Promise<void> => {
      calls += 1;
      if (calls < 3) {
        throw new AppError('GRAPH_UNAVAILABLE', 'No connection');
      }
    };
    const source = inMemoryLog(likes(2));
    const projector = project(source, { prepareGraph, maxPauseMs: 100 });
    await vi.waitFor(() => expect(projector.state().status).toBe('graph-away'), { interval: 5 });
    expect(await projector.waitFor(2, 5_000)).toBe(true);
    await projector.stop();
    projector.start();
    await vi.waitFor(() => expect(projector.state().status).toBe('running'));
    expect(calls).toBe(3);
  });

  it('notices a graph of another timeline of the log, although the log is longer than the graph', async () => {
    const timeline = (name: string) => ({ chainAt: async (position: number) => `${name}${position}` });
    const source = inMemoryLog(likes(3));
    const first = project(source, timeline('a'));
    expect(await first.waitFor(3, 5_000)).toBe(true);
    await stopAll();
    expect((await readProjection(lent.graph)).chain).toBe('a3');
    const longer = inMemoryLog(likes(5));
    const restored = project(longer, timeline('b'));
    await vi.waitFor(() => expect(restored.state().status).toBe('rebuild-needed'));
    expect((await readProjection(lent.graph)).position).toBe(3);
    await rebuildGraph({ ...longer, ...timeline('b'), graph: lent.graph, ranking });
    expect(await restored.waitFor(5, 5_000)).toBe(true);
    expect((await readProjection(lent.graph)).chain).toBe('b5');
  });

  it('knows the timeline also after a batch that was cut for a poison row', async () => {
    const rows = likes(5).map((row) =>
      row.position === 2 ? { ...row, signals: [signal({ kind: 'teleport' })] } : row,
    );
    const projector = project(inMemoryLog(rows), { chainAt: async (position) => `a${position}` });
    expect(await projector.waitFor(5, 5_000)).toBe(true);
    expect((await readProjection(lent.graph)).chain).toBe('a5');
  });

  it('applies nothing after a gap in the log', async () => {
    const source = inMemoryLog(likes(3));
    const gap = { ...source.log, readFoldRows: async () => likes(1, 1) };
    const projector = project(source, { log: gap });
    await vi.waitFor(() => expect(projector.state().error).toContain('position 2 where 1 was due'));
    expect((await readProjection(lent.graph)).position).toBe(0);
  });

  it('stops with GRAPH_REBUILD_NEEDED under other settings, and when the graph knows more than the log', async () => {
    const source = inMemoryLog(likes(3));
    const first = project(source);
    expect(await first.waitFor(3, 5_000)).toBe(true);
    const other = { ...ranking, weights: { ...ranking.weights, like: 0.4 } };
    const second = project(source, { ranking: other });
    await vi.waitFor(() => expect(second.state().status).toBe('rebuild-needed'));
    await stopAll();
    const restored = project(inMemoryLog(likes(2)));
    await vi.waitFor(() => expect(restored.state().status).toBe('rebuild-needed'));
    expect(restored.state().error).toContain('position 3 but the log ends at 2');
    expect(await differencesFrom(source.rows)).toEqual([]);
  });

  it('only follows while it may not apply, answers its waiters all the same, and takes over when it may', async () => {
    const source = inMemoryLog(likes(3));
    let may = false;
    let applied = 0;
    const follower = project(source, {
      mayApply: () => may,
      hooks: (point) => {
        applied += point === 'before-apply' ? 1 : 0;
      },
    });
    await vi.waitFor(() => expect(follower.state()).toMatchObject({ status: 'running', position: 0, lag: 3 }));
    const worker = project(source);
    expect(await follower.waitFor(3, 5_000)).toBe(true);
    source.append(likes(3, 3));
    expect(await follower.waitFor(6, 5_000)).toBe(true);
    expect(applied).toBe(0);
    await worker.stop();
    source.append(likes(2, 6));
    expect(await follower.waitFor(8, 100)).toBe(false);
    may = true;
    expect(await follower.waitFor(8, 5_000)).toBe(true);
    expect(applied).toBeGreaterThan(0);
    expect(await differencesFrom(source.rows)).toEqual([]);
  });

  it('stops after the batch during which it may no longer apply', async () => {
    const source = inMemoryLog(likes(6));
    let may = true;
    const projector = project(source, {
      batchSize: 2,
      mayApply: () => may,
      hooks: (point) => {
        may &&= point !== 'before-apply';
      },
    });
    await vi.waitFor(() => expect(projector.state()).toMatchObject({ position: 2, lag: 4 }));
    expect(await projector.waitFor(3, 100)).toBe(false);
    expect((await readProjection(lent.graph)).position).toBe(2);
  });

  it('finishes the running batch when it is stopped, and can be started again', async () => {
    const source = inMemoryLog(likes(6));
    const projector = project(source, { batchSize: 2, hooks: (point) => void (point === 'before-apply' && stop()) });
    let stopped: Promise<void> | undefined;
    const stop = (): void => {
      stopped ??= projector.stop();
    };
    await vi.waitFor(() => expect(projector.state().status).toBe('stopped'));
    await stopped;
    expect(projector.position).toBe(2);
    expect((await readProjection(lent.graph)).position).toBe(2);
    stopped = Promise.resolve();
    projector.start();
    expect(await projector.waitFor(6, 5_000)).toBe(true);
    expect(await differencesFrom(source.rows)).toEqual([]);
  });
});
