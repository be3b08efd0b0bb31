import type { BehaviourFlags } from '../../activity/personal-weights.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { DAY_MS } from '../../core/clock.ts';
import { type Act, isDone } from './act.ts';
import { type ContentPreference, contentPreference } from './content-preference.ts';
import { flagsOf } from './flags.ts';
import { type MediaPreference, mediaPreference } from './media-preference.ts';
import { NO_QUALITY_FACTS, type Quality, type QualityFacts, qualityOf } from './quality.ts';
import { type Rhythm, rhythmOf } from './rhythm.ts';
import { type SessionPattern, sessionPattern } from './sessions.ts';

/** How a person uses the product, from what they did in the last 30 days (seed 000, 3.2, 4.2, 4.4). */
export interface BehaviourProfile extends ContentPreference, Rhythm {
  /** Milliseconds: when it was computed, and from when on it tells. */
  readonly computedAt: number;
  readonly since: number;
  /** IANA name; hours and days are those of this zone. */
  readonly timeZone: string;
  /** How much the person did in that time. */
  readonly activities: number;
  readonly media: MediaPreference;
  readonly sessions: SessionPattern;
  readonly quality: Quality;
  readonly flags: BehaviourFlags;
}

export const PROFILE_WINDOW_MS = 30 * DAY_MS;

/** What a profile is made of. */
export interface Behaviour {
  /** What the person did from `since` to `now`, in any order. */
  readonly acts: readonly Act[];
  readonly facts: QualityFacts;
  readonly timeZone: string;
  readonly since: number;
  readonly now: number;
}

/** The profile of a person. Pure; the order of the acts matters to the rounding of sums at most. */
export function behaviourProfile(behaviour: Behaviour, ranking: Ranking): BehaviourProfile {
  const { acts, facts, timeZone, since, now } = behaviour;
  return {
    computedAt: now,
    since,
    timeZone,
    activities: acts.filter(isDone).length,
    ...contentPreference(acts, ranking),
    ...rhythmOf(acts, timeZone, now),
    media: mediaPreference(acts, ranking),
    sessions: sessionPattern(acts),
    quality: qualityOf(acts, facts, now - since, ranking),
    flags: flagsOf(acts, now, ranking),
  };
}

/** The profile of somebody of whom nothing is known: every hour, day and type of content alike, and no flag. */
export function neutralProfile(now: number, ranking: Ranking): BehaviourProfile {
  const nothing = { acts: [], facts: NO_QUALITY_FACTS, timeZone: 'UTC', since: now - PROFILE_WINDOW_MS, now };
  return behaviourProfile(nothing, ranking);
}
