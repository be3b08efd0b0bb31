import { ENGAGING_KINDS } from '../../activity/engagement-points.ts';
import { kindNamed } from '../../activity/kinds.ts';
import type { BehaviourFlags } from '../../activity/personal-weights.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { DAY_MS } from '../../core/clock.ts';
import { type Act, isDone } from './act.ts';
import { isVisual, mediaPreference } from './media-preference.ts';
import { isCreation } from './quality.ts';

/** Seed 000, 4.4: the personal weights follow from the last week. */
const RECENT_MS = 7 * DAY_MS;
/** Highly social: so many acts towards people in a week, and so large a share of all that they did. */
const SOCIAL_ACTS = 10;
const SOCIAL_SHARE = 0.3;
/** Visual: so many interactions with something to look at in a week, and so large a share of all engagement. */
const VISUAL_ACTS = 5;
const VISUAL_SHARE = 0.4;
/** Creator: made so much in a week. */
const CREATIONS = 3;

/** Talking to people in public, beside all that is done to a person directly. */
const TALKING: ReadonlySet<string> = new Set(['comment', 'reply', 'answer', 'share', 'repost', 'vibe_sending']);
/** Opening the product and its pages says nothing of what for. */
const IDLE: ReadonlySet<string> = new Set(['login', 'logout', 'page_view', 'impression']);

/** Highly social, visual, creator: from what the person did within a week before `now`. */
export function flagsOf(acts: readonly Act[], now: number, ranking: Ranking): BehaviourFlags {
  const recent = acts.filter((act) => act.at > now - RECENT_MS && isDone(act));
  const purposeful = recent.filter(({ kind }) => !IDLE.has(kind) && kindNamed(kind).table !== 'session_activity');
  const social = purposeful.filter(isSocial).length;
  const visual = recent.filter((act) => ENGAGING_KINDS.has(act.kind) && isVisual(act)).length;
  return {
    highlySocial: social >= SOCIAL_ACTS && social >= purposeful.length * SOCIAL_SHARE,
    visual: visual >= VISUAL_ACTS && mediaPreference(recent, ranking).visualShare >= VISUAL_SHARE,
    creator: recent.filter(isCreation).length >= CREATIONS,
  };
}

function isSocial({ kind }: Act): boolean {
  return TALKING.has(kind) || kindNamed(kind).table === 'social_interaction';
}
