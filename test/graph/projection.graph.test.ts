import fc from 'fast-check';
import neo4j from 'neo4j-driver';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FoldRow, Signal } from '../../src/activity/fold-row.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { DAY_MS } from '../../src/core/clock.ts';
import { bringForwardEdges } from '../../src/graph/decay.ts';
import { isTooMuch, TooMuchError } from '../../src/graph/failures.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { applyBatch } from '../../src/graph/projection/apply-batch.ts';
import { applyRows, readProjection } from '../../src/graph/projection/projection.ts';
import { useGraph } from '../support/stores.ts';
import { inMemoryLog } from './in-memory-log.ts';
import { dumpDifferences, dumpGraph, randomRows, referenceFold, rowsOf, signal, structure, T0 } from './rows.ts';

const lent = useGraph();
const ranking = DEFAULT_RANKING;
const NOW = T0 + 21 * DAY_MS;
const noTitles = new Map<string, string>();

async function applyInBatches(rows: readonly FoldRow[], size: number): Promise<void> {
  for (let start = 0; start < rows.length; start += size) {
    const batch = rows.slice(start, start + size);
    expect(await applyRows(lent.graph, { expectedPosition: start, rows: batch, ranking, titles: noTitles })).toBe(
      'applied',
    );
  }
}

/** The graph, but that it gives up on the first so many writes, as it does on what is too much for it. */
function refusing(writes: number, code: string): Graph {
  let left = writes;
  return {
    ...lent.graph,
    write: (work) => {
      left -= 1;
      return left < 0
        ? lent.graph.write(work)
        : Promise.reject(new TooMuchError(new neo4j.Neo4jError('too much', `Neo.${code}`, '', '')));
    },
  };
}

async function differencesFrom(rows: readonly FoldRow[]): Promise<string[]> {
  return dumpDifferences(referenceFold(rows, NOW), await dumpGraph(lent.graph, NOW));
}

async function rowsOfQuery(cypher: string): Promise<Record<string, unknown>[]> {
  return (await lent.graph.driver.executeQuery(cypher)).records.map((record) => record.toObject());
}

beforeEach(() => lent.empty());

describe('Law 3: the graph is a fold of the log', () => {
  it.each([1, 7, 500])('whatever the rows, in batches of %i', async (size) => {
    await fc.assert(
      fc.asyncProperty(randomRows, async (rows) => {
        await lent.empty();
        await applyInBatches(rows, size);
        expect(await differencesFrom(rows)).toEqual([]);
        expect((await readProjection(lent.graph)).position).toBe(rows.length);
      }),
      { numRuns: size === 1 ? 6 : 15 },
    );
  });

  it('a batch applied against another position than the one it follows changes nothing', async () => {
    const rows = rowsOf([{ signals: [signal()] }, { signals: [signal()] }]);
    await applyInBatches(rows, 1);
    for (const expectedPosition of [0, 1, 3]) {
      expect(await applyRows(lent.graph, { expectedPosition, rows, ranking, titles: noTitles })).toBe('moved');
    }
    expect(await differencesFrom(rows)).toEqual([]);
  });

  it('of twenty that apply the same batch at once, one does', async () => {
    const rows = rowsOf([{ signals: [signal()] }]);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => applyRows(lent.graph, { expectedPosition: 0, rows, ranking, titles: noTitles })),
    );
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(await differencesFrom(rows)).toEqual([]);
  });
});

describe('how hot content is', () => {
  it('orders content as its engagement does, now and at any later time', async () => {
    await fc.assert(
      fc.asyncProperty(randomRows, fc.integer({ min: 0, max: 100 }), async (rows, days) => {
        await lent.empty();
        await applyInBatches(rows, 7);
        const at = T0 + (21 + days) * DAY_MS;
        const found = await rowsOfQuery(
          `MATCH (c:Content) WHERE c.hotness IS NOT NULL
           RETURN c.hotness AS hotness, c.storedEngagement * 2 ^ (-(${at} - c.engagementAsOf) / ${ranking.halfLifeMs.ENGAGED}) AS engagement
           ORDER BY c.hotness`,
        );
        const engagement = found.map((row) => Number(row['engagement']));
        expect(
          engagement.every((value, index) => index === 0 || value >= (engagement[index - 1] ?? 0) * (1 - 1e-9)),
        ).toBe(true);
        const hotness = found.map((row) => 2 ** (Number(row['hotness']) - at / ranking.halfLifeMs.ENGAGED));
        expect(hotness.every((value, index) => Math.abs(value / (engagement[index] ?? 0) - 1) < 1e-6)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });
});

describe('Law 4: exact decay', () => {
  it('holds in any order of arrival, with the decay job between any two batches', async () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 20 * DAY_MS }), fc.constantFrom('view', 'like', 'share'), fc.boolean()),
      { minLength: 1, maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (drawn) => {
        await lent.empty();
        const rows = rowsOf(drawn.map(([age, kind]) => ({ signals: [signal({ kind, at: T0 + age })] })));
        for (const [index, row] of rows.entries()) {
          await applyRows(lent.graph, { expectedPosition: index, rows: [row], ranking, titles: noTitles });
          if (drawn[index]?.[2] === true) {
            await bringForwardEdges(lent.graph, { ranking, now: T0 + (drawn[index]?.[0] ?? 0) + DAY_MS });
          }
        }
        expect(await differencesFrom(rows)).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it('a signal and its taking back cancel, however much has faded in between', async () => {
    const begun = signal({ at: T0 });
    const rows = rowsOf([
      { signals: [signal({ kind: 'view', at: T0 + DAY_MS })] },
      { signals: [begun] },
      { signals: [{ ...begun, sign: -1 } satisfies Signal] },
    ]);
    await applyInBatches(rows.slice(0, 2), 1);
    await bringForwardEdges(lent.graph, { ranking, now: T0 + 9 * DAY_MS });
    await applyRows(lent.graph, { expectedPosition: 2, rows: rows.slice(2), ranking, titles: noTitles });
    const onlyView = referenceFold(rows.slice(0, 1), NOW);
    expect(dumpDifferences(onlyView, await dumpGraph(lent.graph, NOW))).toEqual([]);
  });
});

describe('descriptions', () => {
  it('put title, label, type and first signal on the node, and take the title away from what was deleted', async () => {
    const log = inMemoryLog();
    const ports = { graph: lent.graph, ranking, ...log };
    const rows = rowsOf([
      { structure: structure({ object: 'post:p1' }), signals: [signal({ at: T0 + 5 }), signal({ at: T0 + 3 })] },
      { structure: structure({ object: 'community:club', author: null }) },
      { structure: structure({ object: 'post:p1', deletedAt: T0 + 9 }) },
    ]);
    await applyBatch(ports, 0, rows.slice(0, 2));
    expect(await rowsOfQuery('MATCH (c:Content) RETURN labels(c) AS labels, properties(c) AS p')).toEqual([
      {
        labels: ['Content', 'Post'],
        p: expect.objectContaining({
          id: 'post:p1',
          type: 'post',
          title: 'Title of post:p1',
          createdAt: T0,
          firstAt: T0 + 3,
          visibility: 'public',
        }),
      },
    ]);
    expect(await rowsOfQuery('MATCH (c:Community) RETURN c.id AS id, c.title AS title')).toEqual([
      { id: 'club', title: 'Title of community:club' },
    ]);
    await applyBatch(ports, 2, rows.slice(2));
    expect(await rowsOfQuery('MATCH (c:Content) RETURN c.title AS title, c.deletedAt AS at')).toEqual([
      { title: null, at: T0 + 9 },
    ]);
  });
});

describe('Law 10: a row that cannot be applied', () => {
  const ports = () => {
    const log = inMemoryLog();
    return { log, ports: { graph: lent.graph, ranking, ...log } };
  };
  const good = { signals: [signal()] };

  it.each([
    ['an id too large for an index', { signals: [signal({ person: 'x'.repeat(40_000) })] }],
    ['a missing id', { changes: [{ edge: 'MEMBER_OF', from: null, to: 'club', on: true, since: T0 } as never] }],
    ['a kind of a newer version', { signals: [signal({ kind: 'teleport' })] }],
    ['a weight that is no number', { signals: [signal({ durationSeconds: Number.NaN })] }],
    ['a thing that is not of the form type:id', { structure: structure({ object: 'nonsense' }) }],
  ])('because of %s is set aside, and the rows around it are applied', async (_why, bad) => {
    const { log, ports: applying } = ports();
    const rows = rowsOf([good, good, bad, good, good, bad, good]);
    expect(await applyBatch(applying, 0, rows)).toBe('applied');
    expect([...log.deadLetters.keys()].sort()).toEqual([3, 6]);
    expect(log.deadLetters.get(3)).toMatchObject({
      uid: rows[2]?.uid,
      kind: 'like',
      message: expect.stringMatching(/./),
    });
    expect((await readProjection(lent.graph)).position).toBe(7);
    expect(await differencesFrom(rows.filter((row) => row.position !== 3 && row.position !== 6))).toEqual([]);
  });

  it('is no reason to stop when many of them are too much for one transaction: they are applied in smaller ones', async () => {
    const { log } = ports();
    const rows = rowsOf(Array.from({ length: 5 }, () => good));
    for (const code of [
      'ClientError.Transaction.TransactionTimedOut',
      'TransientError.General.MemoryPoolOutOfMemoryError',
    ]) {
      await lent.empty();
      const applying = { graph: refusing(2, code), ranking, ...log };
      expect(await applyBatch(applying, 0, rows)).toBe('applied');
      expect([...log.deadLetters.keys()]).toEqual([]);
      expect(await differencesFrom(rows)).toEqual([]);
    }
  });

  it('because it takes more memory than a transaction may have is set aside, but not because Neo4j is slow', async () => {
    const { log } = ports();
    const rows = rowsOf([good]);
    const slow = { graph: refusing(1, 'ClientError.Transaction.TransactionTimedOut'), ranking, ...log };
    await expect(applyBatch(slow, 0, rows)).rejects.toSatisfy(isTooMuch);
    const large = { graph: refusing(1, 'TransientError.General.TransactionOutOfMemoryError'), ranking, ...log };
    expect(await applyBatch(large, 0, rows)).toBe('applied');
    expect([...log.deadLetters.keys()]).toEqual([1]);
  });

  it('is not lost when it cannot be recorded: the position stays before it', async () => {
    const { ports: applying } = ports();
    const rows = rowsOf([good, { signals: [signal({ kind: 'teleport' })] }, good]);
    const broken = { ...applying, recordDeadLetters: () => Promise.reject(new Error('Postgres is away')) };
    await expect(applyBatch(broken, 0, rows)).rejects.toThrow('Postgres is away');
    expect((await readProjection(lent.graph)).position).toBe(1);
    expect(await applyBatch(applying, 1, rows.slice(1))).toBe('applied');
    expect(await differencesFrom([rows[0], rows[2]].filter((row) => row !== undefined))).toEqual([]);
  });
});

describe('a graph folded under other settings', () => {
  const other = { ...ranking, halfLifeMs: { ...ranking.halfLifeMs, ENGAGED: DAY_MS } };

  it('takes no rows and is not decayed: GRAPH_REBUILD_NEEDED', async () => {
    const rows = rowsOf([{ signals: [signal()] }, { signals: [signal()] }]);
    await applyInBatches(rows.slice(0, 1), 1);
    const next = { expectedPosition: 1, rows: rows.slice(1), ranking: other, titles: noTitles };
    await expect(applyRows(lent.graph, next)).rejects.toMatchObject({ code: 'GRAPH_REBUILD_NEEDED' });
    await expect(bringForwardEdges(lent.graph, { ranking: other, now: NOW })).rejects.toMatchObject({
      code: 'GRAPH_REBUILD_NEEDED',
    });
    expect(await differencesFrom(rows.slice(0, 1))).toEqual([]);
  });
});

describe('Law 10: a row is set aside', () => {
  it('not by a projector that was overtaken: whoever was faster decides', async () => {
    const rows = rowsOf([{ signals: [signal()] }]);
    const poisoned = rows.map((row) => ({ ...row, unreadable: 'Unknown kind' }));
    const source = inMemoryLog(rows);
    let overtaken = false;
    const graph: typeof lent.graph = {
      ...lent.graph,
      async write(work) {
        const result = await lent.graph.write(work);
        if (!overtaken) {
          // Between the probe and the attempt, a projector of a newer version applies the row.
          overtaken = true;
          await applyInBatches(rows, 1);
        }
        return result;
      },
    };
    expect(await applyBatch({ ...source, graph, ranking }, 0, poisoned)).toBe('moved');
    expect(source.deadLetters.size).toBe(0);
  });
});
