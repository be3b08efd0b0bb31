import { parse, type ScheduledTask } from 'node-cron';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/clock.ts';

/** What a schedule says of one time, in UTC. */
type Matcher = Pick<ScheduledTask, 'match'>;

/**
 * The last time that a cron expression names after `after` and not after `now`, in UTC; undefined if there is none.
 * Milliseconds.
 *
 * Goes back day by day, since the times of a day are the same on every day that the expression names: the work grows
 * with the days since `after` and not with the seconds, and any expression is understood that node-cron understands.
 */
export function lastFire(
  expression: string,
  matcher: Matcher,
  { after, now }: { readonly after: number; readonly now: number },
): number | undefined {
  const times = timesOfDay(expression);
  for (let day = startOfDay(now); day + DAY_MS > after; day -= DAY_MS) {
    const time = times.find((candidate) => day + candidate <= now);
    if (time !== undefined && matcher.match(new Date(day + time))) {
      return day + time > after ? day + time : undefined;
    }
  }
  return undefined;
}

/** When on a day the expression fires, in milliseconds after midnight, latest first. */
function timesOfDay(expression: string): number[] {
  const { hour, minute, second } = parse(expression);
  return hour
    .flatMap((h) => minute.flatMap((m) => second.map((s) => h * HOUR_MS + m * MINUTE_MS + s * SECOND_MS)))
    .sort((a, b) => b - a);
}

function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}
