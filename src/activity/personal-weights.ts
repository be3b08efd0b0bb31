/** What a person's last week says of how they use the product (seed 000, 4.4). */
export interface BehaviourFlags {
  readonly highlySocial: boolean;
  readonly visual: boolean;
  readonly creator: boolean;
}

export const NO_FLAGS: BehaviourFlags = { highlySocial: false, visual: false, creator: false };

/** Seed 000, 3.1: WEIGHTS. */
export const SEED_WEIGHTS: Readonly<Record<string, number>> = {
  connection_score: 0.7,
  interest_relevance: 0.6,
  interaction_score: 0.8,
  content_type_preference: 0.5,
  trending_hashtag: 0.6,
  time_decay_factor: 0.1,
  diversity_factor: 0.3,
};

/**
 * Seed 000, 4.4, `get_personalized_feed_weights`: `connection_score` +.1 and `social_signals` .3 for the highly social,
 * `media_content_boost` .2 for the visual, `creator_content_boost` .15 for creators; all other weights stay.
 */
export function personalWeights(
  flags: BehaviourFlags,
  weights: Readonly<Record<string, number>> = SEED_WEIGHTS,
): Record<string, number> {
  const { connection_score: connection = 0 } = weights;
  return {
    ...weights,
    ...(flags.highlySocial ? { connection_score: connection + 0.1, social_signals: 0.3 } : {}),
    ...(flags.visual ? { media_content_boost: 0.2 } : {}),
    ...(flags.creator ? { creator_content_boost: 0.15 } : {}),
  };
}
