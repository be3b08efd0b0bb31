import { engagementOf } from '../../activity/engagement.ts';
import type { FoldRow, Signal } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { DAY_MS } from '../../core/clock.ts';

/** What one person's activities of one kind on one day are worth together. */
export interface DailyEngagement {
  readonly person: string;
  /** Days since 1 January 1970, in UTC. */
  readonly day: number;
  readonly kind: string;
  /** Less those that were taken back. */
  readonly activities: number;
  /** Millionths of engagement. */
  readonly micros: number;
}

export const MICROS = 1_000_000;

/**
 * What rows of the log add to the engagement of people, by person, day and kind, in that order. Whatever is taken back
 * is taken from the day on which it was done. Sums are whole numbers, so that they are the same in any batches.
 */
export function dailyEngagement(rows: readonly FoldRow[], ranking: Ranking): readonly DailyEngagement[] {
  const sums = new Map<string, DailyEngagement>();
  for (const signal of rows.flatMap((row) => row.signals)) {
    const added = engagementOfSignal(signal, ranking);
    const key = JSON.stringify([added.person, added.day, added.kind]);
    const before = sums.get(key);
    sums.set(key, {
      ...added,
      activities: added.activities + (before?.activities ?? 0),
      micros: added.micros + (before?.micros ?? 0),
    });
  }
  const changed = [...sums].filter(([, { activities, micros }]) => activities !== 0 || micros !== 0);
  return changed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

function engagementOfSignal(signal: Signal, ranking: Ranking): DailyEngagement {
  const { person, kind, at, sign } = signal;
  return { person, day: Math.floor(at / DAY_MS), kind, activities: sign, micros: microsOf(signal, ranking) };
}

/** What a signal adds to engagement, in millionths; less than nothing where it is taken back. */
export function microsOf({ sign, kind, ...measures }: Signal, ranking: Ranking): number {
  return sign * Math.round(engagementOf(kind, measures, ranking) * MICROS);
}
