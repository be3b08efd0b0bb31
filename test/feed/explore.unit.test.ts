import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore as exploreWith, mayBeDrawn } from '../../src/feed/rank/explore.ts';
import { lowered, networkFactor, sunk } from '../../src/feed/rank/lower.ts';
import { type Part, scoreOf } from '../../src/feed/rank/part.ts';

const explore = <T extends { readonly movedBy: readonly string[] }>(
  ranked: readonly T[],
  exploration: { readonly share: number; readonly from: number },
  seed: string,
) => exploreWith(ranked, exploration, { seed, mayBeDrawn: () => true });

const items = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index, movedBy: [] as string[] }));

describe('exploration', () => {
  it('loses and doubles nothing, leaves the first places alone, and draws the same for the same snapshot', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.integer({ min: 1, max: 10 }),
        fc.uuid(),
        (count, share, from, seed) => {
          const explored = explore(items(count), { share, from }, seed);
          expect(explored.map(({ id }) => id).sort((a, b) => a - b)).toEqual(items(count).map(({ id }) => id));
          expect(explored.slice(0, from - 1).map(({ id }) => id)).toEqual(
            items(count)
              .slice(0, from - 1)
              .map(({ id }) => id),
          );
          expect(explore(items(count), { share, from }, seed)).toEqual(explored);
        },
      ),
    );
  });

  it('says of each item with which probability it was put there, and names what moved it', () => {
    const seeds = Array.from({ length: 2_000 }, (_, index) => `snapshot-${index}`);
    const third = seeds.map((seed) => explore(items(10), { share: 0.1, from: 3 }, seed)[2]);
    const drawn = third.filter((item) => item?.movedBy.includes('exploration'));
    // Seven come after the third place, and one of them is drawn in a tenth of all feeds.
    expect(drawn.every((item) => Math.abs((item?.propensity ?? 0) - 0.1 / 7) < 1e-12)).toBe(true);
    expect(drawn.length / seeds.length).toBeGreaterThan(0.07);
    expect(drawn.length / seeds.length).toBeLessThan(0.13);
    expect(new Set(drawn.map((item) => item?.id))).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]));
    const kept = third.filter((item) => !item?.movedBy.includes('exploration'));
    expect(kept.every((item) => item?.propensity === 0.9)).toBe(true);
    expect(explore(items(10), { share: 0.1, from: 3 }, 'x').map(({ propensity }) => propensity < 1)).toEqual([
      false,
      false,
      ...Array.from({ length: 7 }, () => true),
      false,
    ]);
  });

  it('makes what a place is given, divided by the propensity, add up to all that could stand there', () => {
    const seeds = Array.from({ length: 20_000 }, (_, index) => `snapshot-${index}`);
    const sum = seeds.reduce(
      (total, seed) => total + 1 / (explore(items(4), { share: 0.4, from: 2 }, seed)[1]?.propensity ?? 0),
      0,
    );
    // At the second place stands the second, or one of the two behind it.
    expect(sum / seeds.length).toBeGreaterThan(2.9);
    expect(sum / seeds.length).toBeLessThan(3.1);
  });

  it('lifts nothing that the person said no to, and says how likely what it lifts was among the rest', () => {
    const seeds = Array.from({ length: 300 }, (_, index) => `snapshot-${index}`);
    const even = ({ id }: { readonly id: number }) => id % 2 === 0;
    const third = seeds.map((seed) => exploreWith(items(10), { share: 0.4, from: 3 }, { seed, mayBeDrawn: even })[2]);
    const drawn = third.filter((item) => item?.movedBy.includes('exploration'));
    // Of those after the third place 4, 6 and 8 may be drawn.
    expect(new Set(drawn.map((item) => item?.id))).toEqual(new Set([4, 6, 8]));
    expect(new Set(drawn.map((item) => item?.propensity))).toEqual(new Set([0.4 / 3]));
    const none = exploreWith(items(10), { share: 0.4, from: 3 }, { seed: 'x', mayBeDrawn: () => false });
    expect(none.map(({ id, propensity }) => [id, propensity])).toEqual(items(10).map(({ id }) => [id, 1]));
  });

  it('leaves alone what fatigue lowered, and what the dial of the person did, but not that of the algorithm', () => {
    const tired = { parts: [['fatigue', -0.1]] as Part[] };
    const outside = { parts: [['network', -0.1]] as Part[] };
    expect([tired, outside].map(mayBeDrawn({ network: null }))).toEqual([false, true]);
    expect([tired, outside].map(mayBeDrawn({ network: 0.2 }))).toEqual([false, false]);
  });

  it('can be switched off', () => {
    expect(explore(items(5), { share: 0, from: 1 }, 'x').map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('the dial between ties and others', () => {
  it('leaves both as they are in the middle, and takes everything from one side at each end', () => {
    expect([networkFactor(true, null), networkFactor(false, null)]).toEqual([1, 1]);
    expect([networkFactor(true, 0), networkFactor(false, 0)]).toEqual([1, 0]);
    expect([networkFactor(true, 1), networkFactor(false, 1)]).toEqual([0, 1]);
    expect([networkFactor(true, 0.375), networkFactor(false, 0.375)]).toEqual([1, 0.75]);
  });

  it('takes its share as a part of the score, and never lifts what is below 0', () => {
    const parts: Part[] = [['similar', 0.8]];
    expect(lowered(parts, 'fatigue', 0.75).at(-1)?.[0]).toBe('fatigue');
    expect(scoreOf(lowered(parts, 'fatigue', 0.75))).toBeCloseTo(0.6, 12);
    expect(scoreOf(lowered([['similar', -0.8]], 'fatigue', 0.75))).toBeCloseTo(-1, 12);
    expect(lowered(parts, 'fatigue', 1)).toBe(parts);
  });

  it('sinks scores towards the lowest: .8 − (.8 + .2) · .25 = .55, and what is lowest stays there', () => {
    expect(scoreOf(sunk([['similar', 0.8]], 'network', 0.75, -0.2))).toBeCloseTo(0.55, 12);
    expect(sunk([['similar', -0.2]], 'network', 0.75, -0.2)).toEqual([['similar', -0.2]]);
    expect(sunk([['similar', 0.8]], 'network', 1, -0.2)).toEqual([['similar', 0.8]]);
  });
});
