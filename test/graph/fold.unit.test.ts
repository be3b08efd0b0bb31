import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { foldRows } from '../../src/graph/projection/fold.ts';
import { near, randomRows, rowsOf, signal, structure, T0 } from './rows.ts';

const fold = (rows: Parameters<typeof foldRows>[0]) => foldRows(rows, DEFAULT_RANKING);

describe('the fold of some rows', () => {
  it('has one entry an edge, in the order of keys', () => {
    fc.assert(
      fc.property(randomRows, (rows) => {
        for (const edges of Object.values(fold(rows).fading)) {
          const keys = edges.map(({ from, to }) => `${from}\u0000${to}`);
          expect(keys).toEqual([...new Set(keys)].sort());
        }
      }),
    );
  });

  it('is the same weight however signals within it are ordered', () => {
    fc.assert(
      fc.property(randomRows, (rows) => {
        const forwards = fold(rows).fading.ENGAGED;
        const backwards = fold([...rows].reverse()).fading.ENGAGED;
        expect(backwards.map(({ asOf, lastAt }) => [asOf, lastAt])).toEqual(
          forwards.map(({ asOf, lastAt }) => [asOf, lastAt]),
        );
        expect(forwards.every((edge, index) => near(edge.weight, backwards[index]?.weight ?? Number.NaN))).toBe(true);
      }),
    );
  });

  it('keeps the last word of each fact between two people, each on its own', () => {
    const between = { edge: 'CONNECTED', from: 'ann', to: 'bo', since: T0 } as const;
    const { connections } = fold(
      rowsOf([
        { changes: [{ ...between, fact: 'follow', value: true }] },
        { changes: [{ ...between, fact: 'connection', value: 'requested' }] },
        { changes: [{ ...between, fact: 'connection', value: 'accepted', since: T0 + 1 }] },
        { changes: [{ ...between, fact: 'circle', value: null }] },
      ]),
    );
    expect(connections).toEqual([
      { from: 'ann', to: 'bo', patch: { follows: true, status: 'accepted', since: T0 + 1, circle: null } },
    ]);
  });

  it('names the nodes of a description that was replaced too, so that nodes do not depend on batches', () => {
    const folded = fold(
      rowsOf([{ structure: structure({ tags: ['cats'] }) }, { structure: structure({ tags: ['tea'] }) }]),
    );
    expect(folded.tags).toEqual(['cats', 'tea']);
    expect(folded.contentStructures).toMatchObject([{ tags: ['tea'] }]);
  });

  it('gives content the label of its type, and none to a type of a caller’s own', () => {
    const folded = fold(rowsOf([{ signals: [signal(), signal({ content: 'poem:x' })] }]));
    expect(folded.contents).toEqual([
      { id: 'poem:x', type: 'poem', labels: [], firstAt: T0 },
      { id: 'post:p1', type: 'post', labels: ['Post'], firstAt: T0 },
    ]);
  });

  it('refuses what it cannot fold', () => {
    expect(() => fold(rowsOf([{ signals: [signal({ at: Number.NaN })] }]))).toThrow('no number');
    expect(() => fold(rowsOf([{ structure: structure({ object: 'user:7' }) }]))).toThrow('neither content');
    expect(() => fold(rowsOf([{ changes: [{ edge: 'KNOWS', from: 'a', to: 'b' } as never] }]))).toThrow('KNOWS');
  });
});
