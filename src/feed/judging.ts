import type { Algorithm } from './rank/algorithm.ts';
import type { RuleName } from './rules.ts';

/** How a feed is made other than for people: to be judged, or learned from. */
export interface Judging {
  /** `off`: only what the person made or engaged with is left out. Default: the algorithm's. */
  readonly rules?: 'off';
  /** False: no places are drawn for. */
  readonly explore?: boolean;
}

/** Rules that hold even where an algorithm is judged: what was taken is no candidate any more. */
const JUDGED_RULES: readonly RuleName[] = ['deleted_or_not_visible', 'own', 'engaged'];

/** An algorithm as it is judged. */
export function judged(algorithm: Algorithm, { rules, explore }: Judging): Algorithm {
  return {
    ...algorithm,
    ...(rules === 'off' ? { rules: [...JUDGED_RULES] } : {}),
    ...(explore === false ? { exploration: { ...algorithm.exploration, share: 0 } } : {}),
  };
}
