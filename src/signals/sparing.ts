import { isAppError } from '../core/errors.ts';

/** Told of one whose work failed and was passed over. */
export type OnSkipped = (id: string, error: unknown) => void;

/** When more than so many fail in one run, it is no matter of single ones. */
const MOST_SKIPPED = 100;

export interface Sparing {
  /** Works on all of these, see `createSparing`. */
  each(ids: readonly string[], work: (some: readonly string[]) => Promise<unknown>): Promise<void>;
  /** How many were passed over. */
  skipped(): number;
}

/**
 * Keeps one that always fails (whose question to the graph takes too long or too much memory, say) from holding up all
 * others for ever: what fails together is tried in halves, and one that fails alone is told of and passed over. A store
 * that is away is nobody's fault: that failure ends the run as it is, and so does one too many.
 */
export function createSparing(onSkipped: OnSkipped = () => undefined, most = MOST_SKIPPED): Sparing {
  let skipped = 0;
  const each: Sparing['each'] = async (ids, work) => {
    try {
      await work(ids);
    } catch (error) {
      const [first] = ids;
      if (isAppError(error) || first === undefined || skipped >= most) {
        throw error;
      }
      if (ids.length === 1) {
        skipped += 1;
        onSkipped(first, error);
        return;
      }
      const half = Math.ceil(ids.length / 2);
      await each(ids.slice(0, half), work);
      await each(ids.slice(half), work);
    }
  };
  return { each, skipped: () => skipped };
}
