import type { Change, Signal, Structure } from '../../activity/fold-row.ts';

/** What an activity changes, beyond being kept. An absent field changes nothing. */
export interface Effect {
  /** The activity's own signal begins. */
  readonly counts?: boolean;
  /** Signals that end, each as it was when it began. */
  readonly takesBack?: readonly Signal[];
  readonly changes?: readonly Change[];
  readonly structure?: Structure;
}
