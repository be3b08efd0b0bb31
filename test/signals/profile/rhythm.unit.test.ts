import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localTimes } from '../../../src/activity/local-time.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/clock.ts';
import { rhythmOf } from '../../../src/signals/profile/rhythm.ts';
import { sessionPattern } from '../../../src/signals/profile/sessions.ts';
import { act } from './acts.ts';

/** 15 January 2026 is a Thursday. */
const NOON = Date.UTC(2026, 0, 15, 12);
const at = (day: number, hour: number, minute = 0) => act('like', { at: Date.UTC(2026, 0, day, hour, minute) });
const rhythm = (acts: Parameters<typeof rhythmOf>[0], zone = 'UTC') => rhythmOf(acts, zone, NOON);

describe('peak hours', () => {
  it('are the three with most activity, most first', () => {
    const acts = [
      at(15, 9),
      at(15, 9),
      at(14, 9),
      at(15, 7),
      at(14, 7),
      at(15, 11),
      at(15, 11),
      at(13, 11),
      at(12, 11),
    ];
    expect(rhythm([...acts, at(15, 3)]).peakHours).toEqual([11, 9, 7]);
  });

  it('are the earlier ones among equals, and fewer than three where there are no more', () => {
    expect(rhythm([at(15, 9), at(15, 5), at(15, 7), at(15, 3)]).peakHours).toEqual([3, 5, 7]);
    expect(rhythm([at(15, 9)]).peakHours).toEqual([9]);
    expect(rhythm([]).peakHours).toEqual([]);
  });

  it('are those of the clock on the wall, in winter and in summer, east and west', () => {
    const winter = act('like', { at: Date.UTC(2026, 0, 10, 23, 30) });
    expect(rhythmOf([winter], 'Europe/Berlin', NOON).peakHours).toEqual([0]);
    expect(rhythmOf([winter], 'America/New_York', NOON).peakHours).toEqual([18]);
    expect(rhythmOf([winter], 'Asia/Kolkata', NOON).peakHours).toEqual([5]);
    const summer = act('like', { at: Date.UTC(2026, 6, 10, 12) });
    expect(rhythmOf([summer], 'Europe/Berlin', Date.UTC(2026, 6, 11)).peakHours).toEqual([14]);
  });

  it('do not come from heartbeats or from what the service sent', () => {
    const quiet = ['session_heartbeat', 'served', 'vibe_receiving'].map((kind) => act(kind));
    expect(rhythm([...quiet, at(15, 9)]).peakHours).toEqual([9]);
  });
});

describe('local time', () => {
  it('turns the day and the weekday where the place does', () => {
    const sunday = Date.UTC(2026, 0, 18, 23, 30);
    expect(localTimes('UTC')(sunday)).toMatchObject({ hour: 23, weekday: 6 });
    expect(localTimes('Europe/Berlin')(sunday)).toMatchObject({ hour: 0, weekday: 0 });
    expect(localTimes('Europe/Berlin')(sunday).day - localTimes('UTC')(sunday).day).toBe(1);
  });

  it('is UTC for a zone that nobody knows', () => {
    expect(localTimes('Mars/Olympus')(NOON).hour).toBe(12);
  });
});

describe('the shares of hours and weekdays', () => {
  it('count one more for each hour and day, so that without data all are alike', () => {
    const { hourlyShare, weekdayShare } = rhythm([at(15, 9), at(15, 9), at(14, 20)]);
    expect(hourlyShare[9]).toBeCloseTo(3 / 27, 12);
    expect(hourlyShare[20]).toBeCloseTo(2 / 27, 12);
    expect(hourlyShare[0]).toBeCloseTo(1 / 27, 12);
    // Wednesday the 14th once, Thursday the 15th twice, of 3 + 7.
    expect(weekdayShare.map((share) => Math.round(share * 10))).toEqual([1, 1, 2, 3, 1, 1, 1]);
    expect(rhythm([]).hourlyShare).toEqual(new Array(24).fill(1 / 24));
  });

  it('add up to 1', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: NOON - 30 * DAY_MS, max: NOON })), (times) => {
        const { hourlyShare, weekdayShare, consistency, peakHours } = rhythm(
          times.map((time) => act('like', { at: time })),
        );
        const sum = (shares: readonly number[]) => shares.reduce((total, share) => total + share, 0);
        expect(sum(hourlyShare)).toBeCloseTo(1, 9);
        expect(sum(weekdayShare)).toBeCloseTo(1, 9);
        expect(consistency).toBeGreaterThanOrEqual(0);
        expect(consistency).toBeLessThanOrEqual(1);
        expect(peakHours.length).toBe(Math.min(3, new Set(times.map((time) => Math.floor(time / HOUR_MS) % 24)).size));
      }),
    );
  });
});

describe('activity consistency', () => {
  it('is the share of days with activity from the first of them to today', () => {
    // The 4th, 6th, 9th and 15th: 4 of the 12 days from the 4th to the 15th.
    expect(rhythm([at(4, 9), at(6, 9), at(9, 9), at(9, 20), at(15, 9)]).consistency).toBeCloseTo(4 / 12, 12);
  });

  it('is 1 for who comes every day, 0 without data, and at most a seventh a day in the first week', () => {
    expect(rhythm(Array.from({ length: 10 }, (_, index) => at(15 - index, 9))).consistency).toBe(1);
    expect(rhythm([]).consistency).toBe(0);
    expect(rhythm([at(15, 9), at(14, 9)]).consistency).toBeCloseTo(2 / 7, 12);
  });
});

describe('sessions', () => {
  const minute = (minutes: number, kind = 'like', own = {}) => act(kind, { at: NOON + minutes * MINUTE_MS, ...own });

  it('by gaps: half an hour without a word ends one', () => {
    // 0–10–40: 40 minutes, since 30 minutes are no more than the timeout. 71–75: 4 minutes. 200: a moment.
    const acts = [0, 10, 40, 71, 75, 200].map((minutes) => minute(minutes));
    expect(sessionPattern(acts)).toEqual({ count: 3, meanSeconds: (44 * 60) / 3, medianSeconds: 240 });
    expect(sessionPattern([...acts].reverse())).toEqual(sessionPattern(acts));
  });

  it('as the product reports them, where it does', () => {
    const session = (id: string, minutes: number, kind: string, seconds: number | null = null) =>
      minute(minutes, kind, { sessionId: id, durationSeconds: seconds });
    const acts = [
      session('a', 0, 'session_start'),
      session('a', 20, 'session_end'), // 20 minutes
      session('b', 60, 'session_end', 600), // 10 minutes, as its end says
      session('c', 90, 'session_start'), // of no known length
      minute(500),
      minute(510),
    ];
    expect(sessionPattern(acts)).toEqual({ count: 2, meanSeconds: 900, medianSeconds: 900 });
  });

  it('are none without data', () => {
    expect(sessionPattern([])).toEqual({ count: 0, meanSeconds: 0, medianSeconds: 0 });
  });
});
