import fc from 'fast-check';
import { createTask } from 'node-cron';
import { describe, expect, it } from 'vitest';
import { lastFire } from '../../src/jobs/last-fire.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const at = (text: string): number => Date.parse(`${text}Z`);

function matcherOf(expression: string) {
  return createTask(expression, () => undefined, { timezone: 'UTC' });
}

function last(expression: string, after: string, now: string): string | undefined {
  const fire = lastFire(expression, matcherOf(expression), { after: at(after), now: at(now) });
  return fire === undefined ? undefined : new Date(fire).toISOString().slice(0, 19);
}

describe('the last fire of a schedule', () => {
  it('is found for an even schedule', () => {
    expect(last('0 * * * *', '2026-01-15T03:00', '2026-01-15T11:59')).toBe('2026-01-15T11:00:00');
  });

  it('is found for working hours only, over a weekend and over the end of a year', () => {
    // 1 January 2027 is a Friday.
    expect(last('0 9,17 * * 1-5', '2026-12-01T00:00', '2027-01-04T08:59')).toBe('2027-01-01T17:00:00');
  });

  it('is found for the last day of the month', () => {
    expect(last('30 2 L * *', '2026-01-01T00:00', '2026-03-15T00:00')).toBe('2026-02-28T02:30:00');
  });

  it('counts when it is now', () => {
    expect(last('0 12 * * *', '2026-01-14T12:00', '2026-01-15T12:00')).toBe('2026-01-15T12:00:00');
  });

  it('is missing when the job ran at it or since', () => {
    expect(last('0 12 * * *', '2026-01-15T12:00', '2026-01-15T18:00')).toBeUndefined();
    expect(last('0 0 29 2 *', '2025-01-01T00:00', '2027-12-31T00:00')).toBeUndefined();
  });

  it('is the one that going back minute by minute finds, for any schedule', () => {
    const field = (min: number, max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min, max }).map(String),
        fc.uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 4 }).map((values) => values.join(',')),
        fc.integer({ min: 2, max: 7 }).map((step) => `*/${step}`),
      );
    const expressions = fc
      .tuple(field(0, 59), field(0, 23), field(1, 28), fc.constant('*'), field(0, 6))
      .map((fields) => fields.join(' '));
    fc.assert(
      fc.property(
        expressions,
        fc.integer({ min: at('2026-01-01T00:00'), max: at('2027-12-31T00:00') }),
        fc.integer({ min: 0, max: 10 * DAY_MS }),
        (expression, now, length) => {
          const matcher = matcherOf(expression);
          const after = now - length;
          expect(lastFire(expression, matcher, { after, now })).toBe(byMinutes(matcher, after, now));
        },
      ),
      { numRuns: 40 },
    );
  });
});

function byMinutes(matcher: { match(date: Date): boolean }, after: number, now: number): number | undefined {
  for (let time = Math.floor(now / MINUTE_MS) * MINUTE_MS; time > after; time -= MINUTE_MS) {
    if (matcher.match(new Date(time))) {
      return time;
    }
  }
  return undefined;
}
