import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Example, meanNdcg, searchWeights } from '../../src/evaluation/tune/search.ts';

/** Candidates of one person: signals of each, and whether it is right. */
function example(rows: readonly (readonly number[])[], right: readonly boolean[]): Example {
  const hits = Math.min(10, right.filter(Boolean).length);
  const best = Array.from({ length: hits }, (_, rank) => 1 / Math.log2(rank + 2)).reduce((sum, gain) => sum + gain, 0);
  return { signals: Float64Array.from(rows.flat()), rows: rows.length, right, best };
}

describe('searching weights', () => {
  it('ranks by the weighted sum: a right thing at rank 2 of 3 gives 1 / log₂ 3', () => {
    const one = example(
      [
        [1, 0],
        [0, 3],
        [0.5, 0],
      ],
      [true, false, false],
    );
    expect(meanNdcg([one], [1, 1])).toBeCloseTo(1 / Math.log2(3), 12);
    expect(meanNdcg([one], [1, 0])).toBe(1);
    expect(meanNdcg([], [1, 0])).toBe(0);
  });

  it('counts ten places only', () => {
    const rows = Array.from({ length: 12 }, (_, index) => [12 - index]);
    const eleventh = rows.map((_, index) => index === 10);
    const tenth = rows.map((_, index) => index === 9);
    expect(meanNdcg([example(rows, eleventh)], [1])).toBe(0);
    expect(meanNdcg([example(rows, tenth)], [1])).toBeCloseTo(1 / Math.log2(11), 12);
  });

  it('takes weight from a signal that misleads, and finds one that was not used', () => {
    const people = Array.from({ length: 20 }, (_, person) =>
      example(
        Array.from({ length: 30 }, (_, row) => [row % 3, row === person ? 1 : 0, 7]),
        Array.from({ length: 30 }, (_, row) => row === person),
      ),
    );
    const { weights, ndcg } = searchWeights(people, [1, 0, 0.5]);
    expect(ndcg).toBe(1);
    expect(meanNdcg(people, [1, 0, 0.5])).toBeLessThan(0.5);
    expect(meanNdcg(people, weights)).toBe(1);
    // What is the same for all candidates changes no order and is left as it was.
    expect(weights[2]).toBe(0.5);
  });

  it('takes no step that helps one half of the people at the cost of the other', () => {
    const person = (rank: number, size: number): Example =>
      example(
        Array.from({ length: 20 }, (_, row) => [20 - row, row === rank ? size : 0]),
        Array.from({ length: 20 }, (_, row) => row === rank),
      );
    // By the second signal the first half would come from rank 16 to 1, and the other fall from rank 1 to 3.
    const people = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? person(15, 1) : person(0, -0.15)));
    const other = people.filter((_, index) => index % 2 === 1);
    expect(meanNdcg(people, [1, 15.5])).toBeGreaterThan(meanNdcg(people, [1, 0]) + 0.2);
    const { weights, ndcg } = searchWeights(people, [1, 0]);
    expect(meanNdcg(other, weights)).toBe(1);
    expect(ndcg).toBeLessThan(meanNdcg(people, [1, 15.5]));
  });

  const anyExample = fc
    .array(
      fc.tuple(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 0, max: 3 })), fc.boolean()),
      {
        minLength: 1,
        maxLength: 30,
      },
    )
    .map((rows) =>
      example(
        rows.map(([signals]) => signals),
        rows.map(([, right]) => right),
      ),
    );

  it('law: never gives back worse weights than it was given, and the same for the same input', () => {
    fc.assert(
      fc.property(fc.array(anyExample, { maxLength: 6 }), (examples) => {
        const start = [0.5, 0.1];
        const found = searchWeights(examples, start);
        expect(found.ndcg).toBeGreaterThanOrEqual(meanNdcg(examples, start) - 1e-12);
        expect(found.ndcg).toBeCloseTo(meanNdcg(examples, found.weights), 12);
        expect(searchWeights(examples, start)).toEqual(found);
      }),
    );
  });
});
