import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engagementOf } from '../../src/activity/engagement.ts';
import { KINDS } from '../../src/activity/kinds.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';

const none = { durationSeconds: null, scrollDepthPercentage: null };
const of = (kind: string, own = {}): number => engagementOf(kind, { ...none, ...own }, DEFAULT_RANKING);

describe('the engagement of one activity', () => {
  it.each([
    ['view', 0.1],
    ['like', 0.3],
    ['comment', 0.5],
    ['share', 0.7],
    ['save', 0.6],
    ['create', 1],
    ['nothing known', 0.1],
  ])('of %s is %d', (kind, weight) => {
    expect(of(kind)).toBe(weight);
  });

  it('grows by .1 a minute up to .5, and by .2 for scrolling to the end', () => {
    expect(of('view', { durationSeconds: 120 })).toBeCloseTo(0.3, 12);
    expect(of('view', { durationSeconds: 3_600 })).toBeCloseTo(0.6, 12);
    expect(of('view', { scrollDepthPercentage: 50 })).toBeCloseTo(0.2, 12);
    expect(of('view', { durationSeconds: 3_600, scrollDepthPercentage: 100 })).toBeCloseTo(0.8, 12);
  });

  it('is never negative, never above 1.7, and never less for more time or scrolling', () => {
    const kind = fc.constantFrom(...KINDS.map((each) => each.name));
    const seconds = fc.double({ min: 0, max: 604_800, noNaN: true });
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(kind, seconds, seconds, percent, percent, (name, s1, s2, p1, p2) => {
        const less = of(name, { durationSeconds: Math.min(s1, s2), scrollDepthPercentage: Math.min(p1, p2) });
        const more = of(name, { durationSeconds: Math.max(s1, s2), scrollDepthPercentage: Math.max(p1, p2) });
        expect(less).toBeGreaterThanOrEqual(0);
        expect(more).toBeGreaterThanOrEqual(less);
        expect(more).toBeLessThanOrEqual(1.7 + 1e-12);
      }),
    );
  });
});
