import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/clock.ts';
import { bringForwardEdges, type DecayProgress } from '../../src/graph/decay.ts';
import { applyRows } from '../../src/graph/projection/projection.ts';
import { useGraph } from '../support/stores.ts';
import { dumpDifferences, dumpGraph, type RowContent, referenceFold, rowsOf, signal, T0 } from './rows.ts';

const lent = useGraph();
const ranking = DEFAULT_RANKING;

async function seeded(contents: readonly RowContent[]) {
  const rows = rowsOf(contents);
  await applyRows(lent.graph, { expectedPosition: 0, rows, ranking, titles: new Map() });
  return rows;
}

async function fading(): Promise<{ from: string; weight: number; asOf: number }[]> {
  const { records } = await lent.graph.driver.executeQuery(
    'MATCH (u:User)-[e:ENGAGED|INTERACTED|INTERESTED_IN]->() RETURN u.id AS from, e.weight AS weight, e.asOf AS asOf ORDER BY from',
  );
  return records.map((record) => record.toObject() as { from: string; weight: number; asOf: number });
}

const HUNDRED = Array.from({ length: 100 }, (_, index) => ({
  signals: [signal({ person: `p${index % 9}`, content: `post:p${index}`, at: T0 + index })],
}));

beforeEach(() => lent.empty());

describe('Law 4: the decay job', () => {
  it('once for a day, 24 times for an hour, and never, read the same', async () => {
    const rows = await seeded(HUNDRED);
    const now = T0 + 30 * DAY_MS;
    const expected = referenceFold(rows, now);
    expect(dumpDifferences(expected, await dumpGraph(lent.graph, now))).toEqual([]);
    for (let hour = 1; hour <= 24; hour += 1) {
      await bringForwardEdges(lent.graph, { ranking, now: T0 + DAY_MS + hour * HOUR_MS });
    }
    expect(dumpDifferences(expected, await dumpGraph(lent.graph, now))).toEqual([]);
    await bringForwardEdges(lent.graph, { ranking, now: T0 + 3 * DAY_MS });
    expect(dumpDifferences(expected, await dumpGraph(lent.graph, now))).toEqual([]);
  });

  it('makes the plain weight that of now, in transactions that cut through one person', async () => {
    const rows = await seeded(HUNDRED);
    const now = T0 + 5 * DAY_MS;
    const steps: DecayProgress[] = [];
    const done = await bringForwardEdges(lent.graph, {
      ranking,
      now,
      edgesPerTransaction: 7,
      onProgress: async (progress) => void steps.push(progress),
    });
    const edges = await fading();
    expect(done).toMatchObject({ edges: edges.length, deleted: 0 });
    expect(steps.length).toBeGreaterThanOrEqual(Math.floor(edges.length / 7));
    expect(edges.every((edge) => edge.asOf === now)).toBe(true);
    const expected = referenceFold(rows, now);
    expect(dumpDifferences(expected, await dumpGraph(lent.graph, now))).toEqual([]);
  });

  it('rests between two transactions for as long as it is told the last one took, and not after the last', async () => {
    await seeded(HUNDRED);
    const worked: number[] = [];
    let transactions = 0;
    const { edges } = await bringForwardEdges(lent.graph, {
      ranking,
      now: T0 + DAY_MS,
      edgesPerTransaction: 40,
      onProgress: async () => {
        transactions += 1;
      },
      rest: async (workedMs) => void worked.push(workedMs),
    });
    expect(transactions).toBe(Math.ceil(edges / 40));
    expect(worked).toHaveLength(transactions - 1);
    expect(worked.every((ms) => ms > 0)).toBe(true);
  });

  it('goes on where it was killed', async () => {
    const rows = await seeded(HUNDRED);
    const now = T0 + 5 * DAY_MS;
    let reached: DecayProgress | undefined;
    const killed = bringForwardEdges(lent.graph, {
      ranking,
      now,
      edgesPerTransaction: 20,
      onProgress: async (progress) => {
        reached = progress;
        if (progress.edges >= 60) {
          throw new Error('Killed');
        }
      },
    });
    await expect(killed).rejects.toThrow('Killed');
    expect((await fading()).filter((edge) => edge.asOf === now)).toHaveLength(60);
    expect(dumpDifferences(referenceFold(rows, now), await dumpGraph(lent.graph, now))).toEqual([]);
    const done = await bringForwardEdges(lent.graph, { ranking, now, edgesPerTransaction: 20, progress: reached });
    const edges = await fading();
    expect(done.edges).toBe(edges.length);
    expect(edges.every((edge) => edge.asOf === now)).toBe(true);
    expect(dumpDifferences(referenceFold(rows, now), await dumpGraph(lent.graph, now))).toEqual([]);
  });

  it('does not touch an edge that is newer than its now, as after a clock was set back', async () => {
    await seeded([{ signals: [signal({ at: T0 + DAY_MS })] }]);
    const before = await fading();
    expect(await bringForwardEdges(lent.graph, { ranking, now: T0 })).toMatchObject({ edges: 0 });
    expect(await fading()).toEqual(before);
  });

  it('deletes what has faded to nothing, but neither what has not nor a declared interest', async () => {
    const old = T0 - 400 * DAY_MS;
    await seeded([
      { signals: [signal({ person: 'gone', tags: [], author: null, at: old })] },
      { signals: [signal({ person: 'here', tags: [], author: null, at: T0 - 200 * DAY_MS })] },
      { changes: [{ edge: 'INTERESTED_IN', from: 'keen', to: 'cats', declared: true }] },
    ]);
    const { deleted } = await bringForwardEdges(lent.graph, { ranking, now: T0 });
    expect(deleted).toBe(1);
    expect((await fading()).map((edge) => edge.from)).toEqual(['here', 'keen']);
  });
});
