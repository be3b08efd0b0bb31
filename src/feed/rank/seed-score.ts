import { z } from 'zod';
import type { BehaviourFlags } from '../../activity/personal-weights.ts';
import type { Features } from './features.ts';
import { capped, type Part } from './part.ts';
import { saturate } from './strength.ts';

const weight = z.number().min(0);
const scale = z.number().positive();

/** The score of seed 000 (steps 3.1, 3.2.3, 4.4 and 6.2) with its numbers. */
export const seedScoreSchema = z.strictObject({
  form: z.literal('seed'),
  /** WEIGHTS, combined in `base` as the mean of its signals by weight. */
  weights: z.strictObject({
    connection: weight,
    interest: weight,
    interaction: weight,
    content_type: weight,
    trending: weight,
    recency: weight,
    diversity: weight,
  }),
  /** What is added to WEIGHTS for people of a kind. */
  personal: z.strictObject({
    highlySocial: z.strictObject({ connection: weight, social_signals: weight }),
    visual: z.strictObject({ media_boost: weight }),
    creator: z.strictObject({ creator_boost: weight }),
  }),
  /** Of the whole: `base·.4 + engagement·.25 + social·.15 + temporal·.1 + preference·.1`. */
  shares: z.strictObject({ base: weight, engagement: weight, social: weight, temporal: weight, preference: weight }),
  /** The social signal: `visits·.3 + connection strength·.4 + social proof·.3`. */
  social: z.strictObject({ visits: weight, strength: weight, proof: weight }),
  /** Half of what a sum without an upper end can give is reached at .69 times its scale. */
  scales: z.strictObject({
    interest: scale,
    interaction: scale,
    trending: scale,
    popularity: scale,
    visits: scale,
    preference: scale,
    creator: scale,
  }),
});
export type SeedScore = z.output<typeof seedScoreSchema>;

/**
 * The score of seed 000, taken apart: each signal's contribution in the listed order. `base` is the mean of its
 * signals by their weights, so each of them has a part of its own: `share · weight / Σ weights · signal`. The personal
 * weights of step 4.4 join the mean for those whom they are for. What is above 1 is cut off by a part called `cap`.
 */
export function seedParts(features: Features, score: SeedScore, flags: BehaviourFlags): readonly Part[] {
  const { scales, shares } = score;
  const at = (name: keyof typeof scales, value: number): number => saturate(value / scales[name]);
  const social =
    score.social.visits * at('visits', features.visits) +
    score.social.strength * features.connection +
    score.social.proof * saturate(features.proof);
  const base: readonly (readonly [name: string, weight: number, signal: number])[] = [
    ['connection', weightOfConnection(score, flags), features.connection],
    ['interest', score.weights.interest, at('interest', features.interest)],
    ['interaction', score.weights.interaction, at('interaction', features.interaction)],
    ['content_type', score.weights.content_type, features.content_type],
    ['trending', score.weights.trending, at('trending', features.trending)],
    ['recency', score.weights.recency, features.recency],
    ['diversity', score.weights.diversity, features.diversity],
    ...personalSignals(features, score, flags, social),
  ];
  const sum = base.reduce((total, [, its]) => total + its, 0);
  return capped(
    [
      ...base.map(([name, its, signal]): Part => [name, ((shares.base * its) / sum) * signal]),
      ['engagement', shares.engagement * at('popularity', features.popularity)],
      ['social', shares.social * social],
      ['temporal', shares.temporal * features.temporal],
      ['preference', shares.preference * at('preference', Math.max(features.similar, 0) + features.similar_people)],
    ],
    1,
  );
}

function weightOfConnection({ weights, personal }: SeedScore, { highlySocial }: BehaviourFlags): number {
  return weights.connection + (highlySocial ? personal.highlySocial.connection : 0);
}

/** Signals that have a weight for some people only. */
function personalSignals(
  features: Features,
  { personal, scales }: SeedScore,
  flags: BehaviourFlags,
  social: number,
): (readonly [name: string, weight: number, signal: number])[] {
  const { highlySocial, visual, creator } = personal;
  return [
    ...(flags.highlySocial ? [['social_signals', highlySocial.social_signals, social] as const] : []),
    ...(flags.visual ? [['media_boost', visual.media_boost, features.media] as const] : []),
    ...(flags.creator
      ? [['creator_boost', creator.creator_boost, saturate(features.creator / scales.creator)] as const]
      : []),
  ];
}
