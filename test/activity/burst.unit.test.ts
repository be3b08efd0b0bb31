import { describe, expect, it } from 'vitest';
import { burstOf, evenlySpread } from '../../src/activity/burst.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/clock.ts';

describe('a burst', () => {
  it('is (observed − expected)² / expected of what is more than expected', () => {
    expect(burstOf(30, 10)).toBe(40); // 20² / 10
    expect(burstOf(10, 10)).toBe(0);
    expect(burstOf(3, 10)).toBe(0);
  });

  it('expects nothing less than half a person', () => {
    expect(burstOf(2, 0)).toBe(4.5); // 1.5² / .5
    expect(burstOf(0.4, 0)).toBe(0);
  });

  it('is more for the same people at something quiet', () => {
    expect(burstOf(10, 1)).toBeGreaterThan(burstOf(10, 5));
  });
});

describe('what is expected of people spread evenly', () => {
  it('is their rate times the mean life of the kernel', () => {
    // 1,000 people in 10 days are 1,000 / 240 an hour; what halves in 4 h lives 4 / ln 2 hours in the mean.
    const expected = evenlySpread(1_000, 10 * DAY_MS, 4 * HOUR_MS);
    expect(expected).toBeCloseTo((1_000 / 240) * (4 / Math.LN2), 9);
    expect(expected).toBeCloseTo(24.045, 3);
    expect(burstOf(24, expected)).toBe(0);
  });
});
