import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Stretch, secondsOf, visitOf, withStretch } from '../../src/activity/visit.ts';

const covering = (stretches: readonly Stretch[]) =>
  stretches.reduce<readonly Stretch[]>((covered, stretch) => withStretch(covered, stretch), []);

test('heartbeats that follow each other are one stretch, and one that was told twice counts once', () => {
  const beats: Stretch[] = [
    [0, 15_000],
    [15_000, 30_000],
    [15_000, 30_000],
    [40_000, 55_000],
  ];
  expect(covering(beats)).toEqual([
    [0, 30_000],
    [40_000, 55_000],
  ]);
  // 30 s and 15 s
  expect(secondsOf(covering(beats))).toBe(45);
});

test('what is covered is what any of the stretches covers, whatever their order', () => {
  const stretch = fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }))
    .map(([from, length]): Stretch => [from * 1_000, (from + length) * 1_000]);
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 30 }), (stretches) => {
      const seconds = new Set(
        stretches.flatMap(([from, to]) =>
          Array.from({ length: (to - from) / 1_000 }, (_, index) => from / 1_000 + index),
        ),
      );
      const covered = covering(stretches);
      expect(secondsOf(covered)).toBe(seconds.size);
      expect(covering([...stretches].reverse())).toEqual(covered);
    }),
  );
});

test('of very many separate stretches the nearest become one, so that a visit stays small', () => {
  const covered = covering(
    Array.from({ length: 300 }, (_, index): Stretch => [index * 10_000, index * 10_000 + 1_000]),
  );
  expect(covered).toHaveLength(256);
  expect(covered.at(-1)).toEqual([2_990_000, 2_991_000]);
});

test('a visit is the session, or else the day in UTC', () => {
  const midnight = Date.UTC(2026, 0, 16);
  expect(visitOf('s1', midnight)).toBe(visitOf('s1', midnight - 1));
  expect(visitOf(null, midnight)).not.toBe(visitOf(null, midnight - 1));
  expect(visitOf(null, midnight)).toBe(visitOf(null, midnight + 86_399_999));
});
