import { engagementOf } from '../../activity/engagement.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { type Act, engagingIn, groupActs, meanOf } from './act.ts';

/** What a person did with content of one type. */
interface TypeBehaviour {
  readonly interactions: number;
  /** Mean engagement of an interaction (seed 000, 3.2.2, `_calculate_engagement_score`). */
  readonly engagement: number;
  /** Mean of those interactions that say so; null when none does. */
  readonly dwellSeconds: number | null;
  readonly scrollPercentage: number | null;
}

export interface ContentPreference {
  readonly contentTypes: Readonly<Record<string, TypeBehaviour>>;
  /** Smoothed share of each type that was met, for ranking. */
  readonly typePreference: Readonly<Record<string, number>>;
  /** The same for any type that was not met. */
  readonly otherTypes: number;
  /** Share of each kind of interaction among all with content. */
  readonly interactions: Readonly<Record<string, number>>;
  readonly dwellSeconds: number | null;
  readonly scrollPercentage: number | null;
}

/** Seed 000, 4.4: the share of a type that nothing is known of. */
const USUAL_SHARE = 0.2;
/** The usual share counts as much as so much engagement: four comments, or twenty views. */
const PRIOR_ENGAGEMENT = 2;

/**
 * What of content a person prefers, and how deep they go, from their interactions with it.
 *
 * The mean of the seed says how much one interaction with a type shows; with few data it is noise, and it does not say
 * how much of what the person does it is. Ranking takes the share of all engagement instead, drawn towards the usual
 * one while little is known: `(E_type + κ · .2) / (E + κ)` with κ = 2. It is .2 for everything without data, and the
 * plain share with many.
 */
export function contentPreference(acts: readonly Act[], ranking: Ranking): ContentPreference {
  const interactions = engagingIn(acts, 'content_interaction');
  const byType = groupActs(interactions, ({ type }) => type ?? '');
  const engagement = new Map([...byType].map(([type, own]) => [type, engagementIn(own, ranking)]));
  const total = sum([...engagement.values()]);
  const share = (own: number): number => (own + PRIOR_ENGAGEMENT * USUAL_SHARE) / (total + PRIOR_ENGAGEMENT);
  return {
    contentTypes: sorted([...byType].map(([type, own]) => [type, typeBehaviour(own, ranking)])),
    typePreference: sorted([...engagement].map(([type, own]) => [type, share(own)])),
    otherTypes: share(0),
    interactions: sharesBy(interactions, ({ kind }) => kind),
    dwellSeconds: meanOf(interactions.map(({ durationSeconds }) => durationSeconds)),
    scrollPercentage: meanOf(interactions.map(({ scrollDepthPercentage }) => scrollDepthPercentage)),
  };
}

function typeBehaviour(acts: readonly Act[], ranking: Ranking): TypeBehaviour {
  return {
    interactions: acts.length,
    engagement: engagementIn(acts, ranking) / acts.length,
    dwellSeconds: meanOf(acts.map(({ durationSeconds }) => durationSeconds)),
    scrollPercentage: meanOf(acts.map(({ scrollDepthPercentage }) => scrollDepthPercentage)),
  };
}

/** Engagement that all these acts together show. */
export function engagementIn(acts: readonly Act[], ranking: Ranking): number {
  return sum(acts.map((act) => engagementOf(act.kind, act, ranking)));
}

/** Each key's share of the acts. */
export function sharesBy(acts: readonly Act[], keyOf: (act: Act) => string): Readonly<Record<string, number>> {
  return sorted([...groupActs(acts, keyOf)].map(([key, own]) => [key, own.length / acts.length]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** In the order of the keys, so that equal profiles are equal texts. */
function sorted<Value>(entries: readonly (readonly [string, Value])[]): Readonly<Record<string, Value>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
