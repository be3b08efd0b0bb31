import { decayFactor } from '../../activity/decay.ts';
import type { Interest } from '../find/candidate.ts';
import type { FeedSettings } from './settings.ts';

/** Below this, what is left of an interest is the rounding of a difference. */
const LEAST_WEIGHT = 1e-9;

/**
 * A person's interests as they count: without what was forgotten at a reset (which fades as the interest itself does),
 * with the person's own factors, and without those at 0. A tag that was turned up is there although nothing shows an
 * interest in it, see `worthOf`.
 */
export function correctInterests(
  interests: readonly Interest[],
  { interests: factors, forgotten, resetAt }: Pick<FeedSettings, 'interests' | 'forgotten' | 'resetAt'>,
  { now, halfLifeMs }: { readonly now: number; readonly halfLifeMs: number },
): Interest[] {
  const factorOf = new Map(Object.entries(factors));
  const left = decayFactor(Math.max(now - (resetAt ?? now), 0), halfLifeMs);
  const forgottenOf = new Map(Object.entries(forgotten).map(([tag, weight]) => [tag, weight * left]));
  const known = new Set(interests.map(({ tag }) => tag));
  const counting = interests.flatMap((interest): Interest[] => {
    const weight = interest.weight - (forgottenOf.get(interest.tag) ?? 0);
    const factor = factorOf.get(interest.tag) ?? 1;
    const counts = factor > 0 && (interest.declared || weight > LEAST_WEIGHT || factor > 1);
    return counts ? [{ ...interest, weight: Math.max(weight, 0), factor }] : [];
  });
  const wished = [...factorOf]
    .filter(([tag, factor]) => factor > 1 && !known.has(tag))
    .map(([tag, factor]): Interest => ({ tag, weight: 0, declared: false, factor }));
  return [...counting, ...wished];
}
