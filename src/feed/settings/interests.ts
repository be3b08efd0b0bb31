import { decayFactor } from '../../activity/decay.ts';
import type { Interest } from '../find/candidate.ts';
import { worthOf } from '../rank/features.ts';
import type { FeedSettings } from './settings.ts';

/** Below this, what is left of an interest is the rounding of a difference. */
const LEAST_WEIGHT = 1e-9;

type Corrections = Pick<FeedSettings, 'interests' | 'forgotten' | 'resetAt'>;
interface Faded {
  /** Milliseconds. */
  readonly now: number;
  readonly halfLifeMs: number;
}

/**
 * A person's interests as they count: without what was forgotten at a reset (which fades as the interest itself does),
 * with the person's own factors, and without those at 0. A tag that was turned up is there although nothing shows an
 * interest in it, see `worthOf`. What was declared or turned up comes first, then what counts most.
 */
export function correctInterests(interests: readonly Interest[], settings: Corrections, at: Faded): Interest[] {
  const known = new Set(interests.map(({ tag }) => tag));
  const wished = Object.entries(settings.interests)
    .filter(([tag, factor]) => factor > 1 && !known.has(tag))
    .map(([tag, factor]): Interest => ({ tag, weight: 0, declared: false, factor }));
  return [...remaining(interests, settings, at), ...wished].sort(
    (a, b) => Number(isSaid(b)) - Number(isSaid(a)) || worthOf(b) - worthOf(a) || (a.tag < b.tag ? -1 : 1),
  );
}

/**
 * How many interests have to be read so that the first `most` of those that count are among them: as many more as the
 * settings may take away or turn up.
 */
export function interestsToRead(most: number, { interests, forgotten }: Corrections): number {
  return most + Object.keys(interests).length + Object.keys(forgotten).length;
}

/** An interest as its person sees it. */
interface ShownInterest extends Interest {
  readonly factor: number;
  readonly learned: boolean;
  /** Milliseconds. */
  readonly lastAt: number | null;
}

/** The same of interests as their person sees them, the heaviest first. */
export function correctShown(interests: readonly ShownInterest[], settings: Corrections, at: Faded): ShownInterest[] {
  const before = new Map(interests.map((interest) => [interest.tag, interest]));
  return correctInterests(interests, settings, at)
    .map(({ factor = 1, ...interest }) => ({
      ...interest,
      factor,
      learned: interest.weight > LEAST_WEIGHT,
      lastAt: interest.weight > LEAST_WEIGHT ? (before.get(interest.tag)?.lastAt ?? null) : null,
    }))
    .sort((a, b) => worthOf(b) - worthOf(a) || (a.tag < b.tag ? -1 : 1));
}

function isSaid({ declared, factor = 1 }: Interest): boolean {
  return declared || factor > 1;
}

function remaining(
  interests: readonly Interest[],
  { interests: factors, forgotten, resetAt }: Corrections,
  { now, halfLifeMs }: Faded,
): Interest[] {
  const factorOf = new Map(Object.entries(factors));
  const left = decayFactor(Math.max(now - (resetAt ?? now), 0), halfLifeMs);
  const forgottenOf = new Map(Object.entries(forgotten).map(([tag, weight]) => [tag, weight * left]));
  return interests.flatMap(({ tag, declared, weight: shown }): Interest[] => {
    const weight = shown - (forgottenOf.get(tag) ?? 0);
    const factor = factorOf.get(tag) ?? 1;
    const counts = factor > 0 && (declared || weight > LEAST_WEIGHT || factor > 1);
    return counts ? [{ tag, declared, weight: Math.max(weight, 0), factor }] : [];
  });
}
