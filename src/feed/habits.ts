import { type BehaviourFlags, NO_FLAGS } from '../activity/personal-weights.ts';

/** What the feed uses of a person's behaviour profile. */
export interface Habits {
  /** Smoothed share of each type of content in what the person does; null where there is no profile. */
  readonly typePreference: Readonly<Record<string, number>> | null;
  /** The same for any other type. */
  readonly otherTypes: number;
  /** Smoothed share of each hour of the day in what the person does, in their time zone. */
  readonly hourlyShare: readonly number[];
  /** Which hour it is there. */
  readonly hour: number;
  readonly flags: BehaviourFlags;
}

export const NO_HABITS: Habits = { typePreference: null, otherTypes: 0.2, hourlyShare: [], hour: 0, flags: NO_FLAGS };

/**
 * How much this is the person's hour: 1 in the hour in which they do most, 0 in one in which they do no more than they
 * would at any time.
 */
export function peakOf({ hourlyShare, hour }: Pick<Habits, 'hourlyShare' | 'hour'>): number {
  const usual = 1 / 24;
  const most = Math.max(usual, ...hourlyShare);
  const now = hourlyShare[hour] ?? usual;
  return most === usual ? 0 : Math.max((now - usual) / (most - usual), 0);
}
