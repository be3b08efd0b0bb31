import { DAY_MS } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';

/** What is kept of an import under its source, so that importing again means the same activities. */
export interface ImportRun {
  readonly source: string;
  /** Milliseconds added to every time of the source; decided by the first run. */
  readonly shiftMs: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** Activities of the source that are in the log. */
  readonly activities: number;
}

/** Data whose newest time is further from now than this is historic: at the usual half-life of a week it is fading fast. */
const HISTORIC_AFTER_MS = 7 * DAY_MS;

/**
 * How far the times of a source are moved. The decision of the first run stands, since an activity that comes again
 * with another time would be a conflict. Otherwise: as asked; not asked, historic data are moved so that the
 * newest is now.
 *
 * @throws AppError `IMPORT_INVALID` when what is asked contradicts what was decided.
 */
export function decideShift(options: {
  readonly kept: ImportRun | undefined;
  readonly asked: boolean | undefined;
  /** The newest time of the source, in milliseconds since the epoch. */
  readonly newest: number;
  readonly now: number;
}): number {
  const { kept, asked, newest, now } = options;
  if (kept !== undefined) {
    if (asked !== undefined && asked !== (kept.shiftMs !== 0)) {
      const first = kept.shiftMs === 0 ? 'with its own times' : `with its times moved by ${days(kept.shiftMs)}`;
      throw new AppError(
        'IMPORT_INVALID',
        `These data were first imported ${first}, and that is kept; leave out --${asked ? 'shift-to-now' : 'no-shift'}.`,
      );
    }
    return kept.shiftMs;
  }
  const historic = Math.abs(now - newest) > HISTORIC_AFTER_MS;
  return (asked ?? historic) ? now - newest : 0;
}

/** A span of time as whole days with its sign, for messages. */
export function days(ms: number): string {
  const whole = Math.round(ms / DAY_MS);
  return `${whole >= 0 ? '+' : '−'}${Math.abs(whole).toLocaleString('en')} days`;
}
