import { DAY_MS } from '../../core/clock.ts';
import type { Hydrated, Viewer } from '../find/candidate.ts';
import { saturate, socialProof } from './strength.ts';

/** Seed 000's WEIGHTS. */
export interface BaseWeights {
  readonly connection: number;
  readonly interest: number;
  readonly interaction: number;
  readonly content_type: number;
  readonly trending: number;
  readonly recency: number;
  readonly diversity: number;
}

/** Seed 000's shares of the whole: `base·.4 + engagement·.25 + social·.15 + temporal·.1 + preference·.1`. */
export interface Shares {
  readonly base: number;
  readonly engagement: number;
  readonly social: number;
  readonly temporal: number;
  readonly preference: number;
}

/** Every signal in [0, 1]; the names are those of the parts of a score. */
export type Features = { readonly [part in keyof BaseWeights | Exclude<keyof Shares, 'base'>]: number };

/** One signed contribution to a score. */
export type Part = readonly [name: string, value: number];

/** The order in which parts are listed and added up (law 5). `cap` and `author_diversity` follow when they are not 0. */
const BASE_PARTS = [
  'connection',
  'interest',
  'interaction',
  'content_type',
  'trending',
  'recency',
  'diversity',
] as const;
const WHOLE_PARTS = ['engagement', 'social', 'temporal', 'preference'] as const;
/** Every name that a part can have, in order. */
export const PART_NAMES: readonly string[] = [...BASE_PARTS, ...WHOLE_PARTS, 'cap', 'author_diversity'];

/** Half of what a feature can give is reached at .69 times its scale. */
const SCALES = { interest: 1, burst: 10, engagement: 5, visits: 2, alike: 0.5 } as const;
/** A declared interest is worth this much engagement, and does not fade. */
const DECLARED_INTEREST = 0.5;
/** Seed 000: the share of a type that nothing is known of. */
const DEFAULT_TYPE_SHARE = 0.2;
/** Seed 000's time decay, per day. */
const RECENCY_PER_DAY = 0.1;
/** Seed 000's social signal. */
const SOCIAL = { visits: 0.3, strength: 0.4, proof: 0.3 } as const;

/**
 * The signals of one candidate for one person. What has no upper end is brought into [0, 1) by `1 − e^(−x/scale)`.
 *
 * - `connection`: strength of the tie to the author; `interaction`: the person's own dealings with the author.
 * - `interest`: the person's interest in its tags, where a declared interest counts .5.
 * - `content_type`: share of its type in the person's engagement, .2 where there is none.
 * - `trending`: burst of attention; `recency`: `e^(−.1 · age in days)`, 0 when the age is unknown.
 * - `diversity`: 1 − share of its type in the last 50 things seen.
 * - `engagement`: everybody's engagement; `preference`: that of people alike.
 * - `social`: visits to the author's profile · .3 + strength · .4 + social proof · .3.
 * - `temporal`: always 0 until people's daily rhythm is known.
 */
export function featuresOf(candidate: Hydrated, viewer: Viewer, now: number): Features {
  const tie = candidate.author === null ? undefined : viewer.ties.get(candidate.author);
  const strength = tie?.strength ?? 0;
  const visits = candidate.author === null ? 0 : (viewer.visits.get(candidate.author) ?? 0);
  return {
    connection: strength,
    interest: saturate(interestIn(candidate.tags, viewer) / SCALES.interest),
    interaction: saturate(tie?.outgoing ?? 0),
    content_type: viewer.typeShares.get(candidate.type) ?? DEFAULT_TYPE_SHARE,
    trending: saturate((candidate.trend?.burst ?? 0) / SCALES.burst),
    recency: recencyOf(candidate.madeAt, now),
    diversity: 1 - (viewer.seenTypeShares.get(candidate.type) ?? 0),
    engagement: saturate(candidate.engagement / SCALES.engagement),
    social:
      SOCIAL.visits * saturate(visits / SCALES.visits) +
      SOCIAL.strength * strength +
      SOCIAL.proof * socialProof(candidate.supporters),
    temporal: 0,
    preference: saturate(candidate.alikeScore / SCALES.alike),
  };
}

function interestIn(tags: readonly string[], viewer: Viewer): number {
  return tags.reduce((sum, tag) => {
    const interest = viewer.interests.get(tag);
    const declared = interest?.declared === true ? DECLARED_INTEREST : 0;
    return sum + declared + Math.max(interest?.weight ?? 0, 0);
  }, 0);
}

function recencyOf(madeAt: number | null, now: number): number {
  return madeAt === null ? 0 : Math.exp((-RECENCY_PER_DAY * Math.max(now - madeAt, 0)) / DAY_MS);
}

/**
 * The score of seed 000, taken apart: each signal's contribution in the listed order. `base` is the mean of its
 * signals by their weights, so each of them has a part of its own: `share · weight / Σ weights · signal`. What is
 * above 1 is cut off by a part called `cap`. The score is `scoreOf` the parts.
 */
export function partsOf(features: Features, weights: BaseWeights, shares: Shares): Part[] {
  const sum = BASE_PARTS.reduce((total, name) => total + weights[name], 0);
  const parts: Part[] = [
    ...BASE_PARTS.map((name): Part => [name, ((shares.base * weights[name]) / sum) * features[name]]),
    ...WHOLE_PARTS.map((name): Part => [name, shares[name] * features[name]]),
  ];
  const score = scoreOf(parts);
  // Exact: 1 and a score above it are both multiples of the score's last digit.
  return score > 1 ? [...parts, ['cap', 1 - score]] : parts;
}

/** Law 5: a score is the sum of its parts, added up from left to right. */
export function scoreOf(parts: readonly Part[]): number {
  return parts.reduce((sum, [, value]) => sum + value, 0);
}
