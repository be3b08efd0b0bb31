import { z } from 'zod';
import { FEATURE_NAMES, type FeatureName, type Features } from './features.ts';
import type { Part } from './part.ts';
import { saturate } from './strength.ts';

const termSchema = z.strictObject({
  weight: z.number(),
  transform: z.enum(['linear', 'saturate', 'log']),
  /** In units of the signal. */
  scale: z.number().positive(),
});
type Term = z.output<typeof termSchema>;

/** A weighted sum of signals; each term is a part of the score, in the order of the file. */
export const linearScoreSchema = z.strictObject({
  form: z.literal('linear'),
  terms: z.partialRecord(z.enum(FEATURE_NAMES), termSchema),
});
export type LinearScore = z.output<typeof linearScoreSchema>;

/**
 * `Σ weight · transform(signal / scale)`, a part a term: `linear` leaves it as it is, `saturate` is `1 − e^(−x)` (half
 * of what it can give is reached at .69 scales), `log` is `ln(1 + x)`. A negative signal (something is unlike what the
 * person likes) counts the same way with its sign: both curves are mirrored at 0.
 */
export function linearParts(features: Features, score: LinearScore): Part[] {
  return termsOf(score).map(([name, { weight, scale, transform }]) => [
    name,
    weight * transformed(features[name] / scale, transform),
  ]);
}

/** What each term's weight is multiplied with, in the order of the file. */
export function linearSignals(features: Features, score: LinearScore): number[] {
  return termsOf(score).map(([name, { scale, transform }]) => transformed(features[name] / scale, transform));
}

/** Taken apart once for all candidates. */
const known = new WeakMap<LinearScore['terms'], readonly [FeatureName, Term][]>();

function termsOf({ terms }: LinearScore): readonly [FeatureName, Term][] {
  const entries = known.get(terms) ?? (Object.entries(terms) as [FeatureName, Term][]);
  known.set(terms, entries);
  return entries;
}

function transformed(x: number, transform: Term['transform']): number {
  const size = Math.abs(x);
  switch (transform) {
    case 'linear':
      return x;
    case 'saturate':
      return Math.sign(x) * saturate(size);
    case 'log':
      return Math.sign(x) * Math.log1p(size);
  }
}
