import type { BehaviourFlags } from '../../activity/personal-weights.ts';
import type { FeedSettings } from '../settings/settings.ts';
import type { Algorithm } from './algorithm.ts';
import type { RankContext } from './rank.ts';

/**
 * What a feed was ranked with beside its candidates: kept with it, so that they can be scored again and explained as
 * they were, whatever was tuned or set since.
 */
export interface RankedWith {
  /** As the person's settings had it. */
  readonly algorithm: Pick<Algorithm, 'score' | 'network' | 'exploration' | 'slate'>;
  readonly flags: BehaviourFlags;
  readonly settings: Pick<FeedSettings, 'weights' | 'network' | 'off'>;
  readonly typeShares: Readonly<Record<string, number>>;
}

export function rankedWith({ algorithm, settings, viewer }: RankContext): RankedWith {
  const { score, network, exploration, slate } = algorithm;
  const { weights, network: dial, off } = settings;
  return {
    algorithm: { score, network, exploration, slate },
    flags: viewer.habits.flags,
    settings: { weights, network: dial, off },
    typeShares: Object.fromEntries(viewer.typeShares),
  };
}
