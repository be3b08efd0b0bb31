import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoldRow, Signal } from '../../../src/activity/fold-row.ts';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { DAY_MS } from '../../../src/core/clock.ts';
import { dailyEngagement } from '../../../src/signals/engagement/daily.ts';
import { scoreOf } from '../../../src/signals/engagement/score.ts';

const TODAY = 20_000;

const signal = (own: Partial<Signal> = {}): Signal => ({
  sign: 1,
  at: TODAY * DAY_MS + 1,
  kind: 'like',
  person: 'ann',
  content: 'post:1',
  target: null,
  author: null,
  tags: [],
  durationSeconds: null,
  scrollDepthPercentage: null,
  ...own,
});
const row = (...signals: Signal[]): FoldRow => ({
  position: 1,
  uid: '',
  kind: 'like',
  signals,
  changes: [],
  structure: null,
});

describe('engagement by day', () => {
  it('adds up by person, day and kind, with the bonus for time and scroll', () => {
    const rows = [
      row(signal(), signal({ kind: 'view', durationSeconds: 120, scrollDepthPercentage: 50 })),
      row(signal({ at: TODAY * DAY_MS - 1 }), signal({ person: 'bo' }), signal()),
    ];
    expect(dailyEngagement(rows, DEFAULT_RANKING)).toEqual([
      { person: 'ann', day: TODAY - 1, kind: 'like', activities: 1, micros: 300_000 },
      { person: 'ann', day: TODAY, kind: 'like', activities: 2, micros: 600_000 },
      // .1, two minutes of .1 and half of .2
      { person: 'ann', day: TODAY, kind: 'view', activities: 1, micros: 400_000 },
      { person: 'bo', day: TODAY, kind: 'like', activities: 1, micros: 300_000 },
    ]);
  });

  it('leaves nothing of what is taken back', () => {
    const odd = { durationSeconds: 7.77, scrollDepthPercentage: 33.3 };
    const rows = [row(signal(odd)), row({ ...signal(odd), sign: -1 })];
    expect(dailyEngagement(rows, DEFAULT_RANKING)).toEqual([]);
  });
});

describe('the engagement score', () => {
  const like = (day: number, times: number) => ({ day, kind: 'like', activities: times, micros: times * 300_000 });

  it('halves with every half-life and is the sum of its parts, greatest first', () => {
    const days = [
      like(TODAY, 1), // .3
      like(TODAY - 7, 2), // .6 / 2
      { day: TODAY - 14, kind: 'create', activities: 4, micros: 4_000_000 }, // 4 / 4
    ];
    const { score, parts, activities } = scoreOf(days, TODAY, 7);
    expect(parts).toEqual([
      { kind: 'create', score: 1, activities: 4 },
      { kind: 'like', score: 0.6, activities: 3 },
    ]);
    expect([score, activities]).toEqual([1.6, 7]);
  });

  it.each([
    ['more than in the week before', 10, 8, 'rising'],
    ['less than in the week before', 8, 10, 'falling'],
    ['a tenth more', 11, 10, 'steady'],
    ['a tenth less', 9, 10, 'steady'],
    ['something after nothing', 1, 0, 'rising'],
    ['nothing at all', 0, 0, 'steady'],
  ])('tells the trend by the last two weeks: %s', (_case, recent, before, direction) => {
    // The first day of the recent week and the last of the one before; what is older says nothing of the trend.
    const days = [like(TODAY - 6, recent), like(TODAY - 7, before), like(TODAY - 14, 100)];
    const { trend } = scoreOf(days, TODAY, 7);
    expect(trend.direction).toBe(direction);
    expect(trend.recent).toBeCloseTo(recent * 0.3, 12);
    expect(trend.before).toBeCloseTo(before * 0.3, 12);
  });

  it('is the sum of its parts to the last digit, whatever they are', () => {
    const day = fc.record({
      day: fc.integer({ min: TODAY - 89, max: TODAY }),
      kind: fc.constantFrom('like', 'view', 'share'),
      activities: fc.integer({ min: 0, max: 50 }),
      micros: fc.integer({ min: 0, max: 10_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(day), (days) => {
        const { score, parts } = scoreOf(days, TODAY, 6.93);
        expect(parts.reduce((sum, part) => sum + part.score, 0)).toBe(score);
      }),
    );
  });
});
