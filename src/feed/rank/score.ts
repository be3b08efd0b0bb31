import { z } from 'zod';
import type { BehaviourFlags } from '../../activity/personal-weights.ts';
import type { Features } from './features.ts';
import { linearParts, linearScoreSchema } from './linear-score.ts';
import type { Part } from './part.ts';
import { seedParts, seedScoreSchema } from './seed-score.ts';

/** How an algorithm makes a score of signals. */
export const scoreSchema = z.discriminatedUnion('form', [seedScoreSchema, linearScoreSchema]);
export type Score = z.output<typeof scoreSchema>;

/**
 * The parts of a candidate's score by itself, in the order in which they are listed and added up (law 5). What is said
 * against it, and its place beside others, add parts to these.
 */
export function partsOf(features: Features, score: Score, flags: BehaviourFlags): readonly Part[] {
  return score.form === 'seed' ? seedParts(features, score, flags) : linearParts(features, score);
}
