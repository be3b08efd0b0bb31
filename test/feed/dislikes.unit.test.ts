import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dislike, fatigueFactor, rampOf } from '../../src/feed/dislikes.ts';
import { algorithmNamed } from '../../src/feed/rank/algorithms.ts';
import { NOW } from './arbitrary.ts';

const DAY = 86_400_000;
const { fatigue } = algorithmNamed('graph_v2');
const item = { author: 'bo', tags: ['chess', 'go'], community: 'club', dislikedLikeness: new Map<string, number>() };
const dislike = (known: Partial<Dislike>): Dislike => ({
  kind: 'hidden',
  content: null,
  author: null,
  tags: [],
  community: null,
  at: NOW,
  ...known,
});
const left = (...dislikes: readonly Partial<Dislike>[]) => fatigueFactor(item, dislikes.map(dislike), fatigue, NOW);

describe('the way back after a "no"', () => {
  it('starts at a fifth for 14 days and climbs evenly to all of it in 140 days more', () => {
    expect(rampOf(0, fatigue)).toBe(0.2);
    expect(rampOf(14 * DAY, fatigue)).toBe(0.2);
    expect(rampOf((14 + 70) * DAY, fatigue)).toBeCloseTo(0.6, 12);
    expect(rampOf(154 * DAY, fatigue)).toBe(1);
    expect(rampOf(1_000 * DAY, fatigue)).toBe(1);
  });
});

describe('what a "no" leaves of the score of something else', () => {
  it('is what the ramp leaves for the author of reported content, and half as little is taken for hidden content', () => {
    expect(left({ kind: 'reported', author: 'bo' })).toBeCloseTo(0.2, 12);
    expect(left({ kind: 'hidden', author: 'bo' })).toBeCloseTo(0.6, 12);
    expect(left({ kind: 'reported', author: 'bo', at: NOW - 84 * DAY })).toBeCloseTo(0.6, 12);
    expect(left({ kind: 'reported', author: 'cy' })).toBe(1);
  });

  it('goes by the share of its tags, and by how similar it is', () => {
    // One of its two tags: 1 − .25 · 1/2 · .8.
    expect(left({ kind: 'hidden', tags: ['chess', 'jazz'] })).toBeCloseTo(0.9, 12);
    const alike = { ...item, dislikedLikeness: new Map([['post:p9', 0.5]]) };
    // 1 − 1 · .5 · .8 for content that was reported.
    expect(fatigueFactor(alike, [dislike({ kind: 'reported', content: 'post:p9' })], fatigue, NOW)).toBeCloseTo(
      0.6,
      12,
    );
  });

  it('is what the ramp leaves for a person, tag or community that somebody wants less of', () => {
    expect(left({ kind: 'wanted_less', author: 'bo' })).toBeCloseTo(0.2, 12);
    expect(left({ kind: 'wanted_less', tags: ['go'] })).toBeCloseTo(0.2, 12);
    expect(left({ kind: 'wanted_less', community: 'club' })).toBeCloseTo(0.2, 12);
  });

  it('gets less with every "no", never grows, and never ends at nothing', () => {
    const anyDislike = fc.record({
      kind: fc.constantFrom('reported', 'hidden', 'wanted_less'),
      author: fc.constantFrom(null, 'bo', 'cy'),
      tags: fc.subarray(['chess', 'jazz']),
      at: fc.integer({ min: NOW - 200 * DAY, max: NOW }),
    });
    fc.assert(
      fc.property(fc.array(anyDislike), anyDislike, (dislikes, another) => {
        const before = left(...dislikes);
        const after = left(...dislikes, another);
        expect(after).toBeLessThanOrEqual(before);
        expect(after).toBeGreaterThanOrEqual(0.05);
        expect(before).toBeLessThanOrEqual(1);
      }),
    );
  });
});
