import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAssignment } from '../../src/experiments/assignment.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const PEOPLE = Array.from({ length: 300 }, (_, index) => `person-${index}`);

const shares = fc
  .array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: NAMES.length })
  .map((sizes) => sizes.map((share, index) => ({ algorithm: NAMES[index] ?? '', share })));
const salt = fc.string({ maxLength: 10 });

describe('the assignment of people to algorithms', () => {
  it('keeps everybody where they are when one share grows, but for those who move into it', () => {
    fc.assert(
      fc.property(shares, salt, fc.nat(), fc.integer({ min: 1, max: 100 }), (before, salting, which, more) => {
        const grown = which % before.length;
        const after = before.map((one, index) => (index === grown ? { ...one, share: one.share + more } : one));
        const was = createAssignment(before, salting);
        const is = createAssignment(after, salting);
        const moved = PEOPLE.filter((person) => was(person) !== is(person));
        expect(moved.filter((person) => is(person) !== before[grown]?.algorithm)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('moves only people into an algorithm that is added, and only people out of one that is taken away', () => {
    fc.assert(
      fc.property(shares, salt, (all, salting) => {
        const last = all.at(-1)?.algorithm;
        const without = createAssignment(all.slice(0, -1), salting);
        const withIt = createAssignment(all, salting);
        const moved = PEOPLE.filter((person) => without(person) !== withIt(person));
        expect(moved.filter((person) => withIt(person) !== last)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('depends neither on the order of the list nor on the unit of the shares', () => {
    fc.assert(
      fc.property(shares, salt, (all, salting) => {
        const one = createAssignment(all, salting);
        const other = createAssignment(
          all.toReversed().map(({ algorithm, share }) => ({ algorithm, share: share * 8 })),
          salting,
        );
        expect(PEOPLE.filter((person) => one(person) !== other(person))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('gives each algorithm its share of the people', () => {
    const assign = createAssignment(
      [
        { algorithm: 'graph_v2', share: 90 },
        { algorithm: 'activity_enhanced_v1', share: 10 },
      ],
      'feed',
    );
    const people = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);
    const share = people.filter((person) => assign(person) === 'activity_enhanced_v1').length / people.length;
    // Four standard errors: 4 · √(.1 · .9 / 20,000) = .0085.
    expect(Math.abs(share - 0.1)).toBeLessThan(0.0085);
  });

  it('draws anew with another salt', () => {
    const half = NAMES.slice(0, 2).map((algorithm) => ({ algorithm, share: 1 }));
    const one = createAssignment(half, 'spring');
    const other = createAssignment(half, 'summer');
    const same = PEOPLE.filter((person) => one(person) === other(person)).length / PEOPLE.length;
    // Independent draws agree for a half; four standard errors are .115.
    expect(Math.abs(same - 0.5)).toBeLessThan(0.12);
  });

  it('stays what it is from release to release', () => {
    const assign = createAssignment(
      NAMES.map((algorithm) => ({ algorithm, share: 1 })),
      'feed',
    );
    expect(['ann', 'bo', 'cy', 'di', 'ed', 'flo', 'gus'].map(assign)).toMatchInlineSnapshot(`
      [
        "a",
        "a",
        "d",
        "c",
        "a",
        "a",
        "c",
      ]
    `);
  });

  it('gives nobody in particular the largest share', () => {
    const assign = createAssignment(
      [
        { algorithm: 'a', share: 1 },
        { algorithm: 'b', share: 2 },
        { algorithm: 'c', share: 2 },
      ],
      'feed',
    );
    expect(assign(null)).toBe('b');
  });
});
