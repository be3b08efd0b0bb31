import { describe, expect, it } from 'vitest';
import { merge } from '../../src/feed/find/find.ts';
import { burstOf } from '../../src/feed/find/sources/trending.ts';

const finds = (...contents: string[]) => contents.map((content, index) => ({ content, score: 10 - index }));
const DAY = 86_400_000;
const HOUR = 3_600_000;

describe('merging what the sources propose', () => {
  it('takes from each in turn, each content once, with all its sources', () => {
    const merged = merge(
      [
        { name: 'ties', finds: finds('a', 'b', 'c') },
        { name: 'new', finds: finds('c', 'd') },
      ],
      10,
    );
    expect(merged.map(({ content, sources }) => [content, sources])).toEqual([
      ['a', ['ties']],
      ['c', ['ties', 'new']],
      ['b', ['ties']],
      ['d', ['new']],
    ]);
  });

  it('stops at the most, and does not let one source crowd the other out', () => {
    const merged = merge(
      [
        { name: 'ties', finds: finds('a', 'b', 'c', 'd', 'e') },
        { name: 'new', finds: finds('x', 'y') },
      ],
      4,
    );
    expect(merged.map(({ content }) => content)).toEqual(['a', 'x', 'b', 'y']);
  });
});

describe('a burst', () => {
  it('is 0 when no more come than usual', () => {
    // 1,000 people in 10 days are 24 an hour's worth of the 4 h kernel: 1000 · (4 / ln 2) / 240.
    expect(burstOf(24, 1_000, 10 * DAY, 4 * HOUR)).toBe(0);
  });

  it('is (observed − expected)² / expected, and more for the same people at something quiet', () => {
    const expected = (1_000 * 4) / Math.LN2 / 240;
    expect(burstOf(50, 1_000, 10 * DAY, 4 * HOUR)).toBeCloseTo((50 - expected) ** 2 / expected, 9);
    expect(burstOf(10, 12, 10 * DAY, 4 * HOUR)).toBeGreaterThan(burstOf(10, 100, 10 * DAY, 4 * HOUR));
  });
});
