import { type LocalTime, localTimes } from '../../activity/local-time.ts';
import { type Act, isDone } from './act.ts';

/** When a person is active, by the clock and calendar of their time zone. */
export interface Rhythm {
  /** The hours with most activity, at most three, most first; of equal ones the earlier first. */
  readonly peakHours: readonly number[];
  /** Smoothed share of each hour of the day, from 0 to 23; adds up to 1. */
  readonly hourlyShare: readonly number[];
  /** Smoothed share of each day of the week, from Monday on; adds up to 1. */
  readonly weekdayShare: readonly number[];
  /** Share of days with activity, in [0, 1]. */
  readonly consistency: number;
}

const PEAK_HOURS = 3;
/** Somebody who came once yesterday is not yet known to come every day. */
const LEAST_DAYS = 7;

/**
 * Temporal patterns (seed 000, 3.2.4).
 *
 * Shares are smoothed by one activity more for every hour (or weekday), so that without data all are alike and a single
 * visit at noon makes nobody a person of noon. Consistency is the number of days with activity over the number of days
 * from the first of them to today, both included, of which at least seven are counted.
 */
export function rhythmOf(acts: readonly Act[], timeZone: string, now: number): Rhythm {
  const localTimeOf = localTimes(timeZone);
  const times = acts.filter(isDone).map(({ at }) => localTimeOf(at));
  const hours = countsOf(times, 24, ({ hour }) => hour);
  return {
    peakHours: hours
      .map((count, hour) => ({ count, hour }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || a.hour - b.hour)
      .slice(0, PEAK_HOURS)
      .map(({ hour }) => hour),
    hourlyShare: smoothed(hours),
    weekdayShare: smoothed(countsOf(times, 7, ({ weekday }) => weekday)),
    consistency: consistencyOf(times, localTimeOf(now)),
  };
}

function consistencyOf(times: readonly LocalTime[], today: LocalTime): number {
  const active = new Set(times.map(({ day }) => day));
  const first = Math.min(...active);
  return active.size === 0 ? 0 : active.size / Math.max(today.day - first + 1, active.size, LEAST_DAYS);
}

function countsOf(times: readonly LocalTime[], size: number, slotOf: (time: LocalTime) => number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (const time of times) {
    const slot = slotOf(time);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return counts;
}

function smoothed(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, counts.length);
  return counts.map((count) => (count + 1) / total);
}
