import { DAY_MS } from '../../core/clock.ts';
import { ownValue } from '../../core/own.ts';
import type { Hydrated, Interest, Viewer } from '../find/candidate.ts';
import { peakOf } from '../habits.ts';

/** Every signal that a score can be made of, by the name that it has in algorithms and in parts. */
export const FEATURE_NAMES = [
  'similar',
  'similar_people',
  'connection',
  'interaction',
  'visits',
  'proof',
  'interest',
  'community',
  'popularity',
  'trending',
  'recency',
  'content_type',
  'temporal',
  'diversity',
  'new_author',
  'catch_up',
  'media',
  'creator',
] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

/** The signals of one candidate for one person as they are, before any scale or weight; 0 where nothing is known. */
export type Features = Readonly<Record<FeatureName, number>>;

/** A declared interest is worth this much engagement, and does not fade. */
const DECLARED_INTEREST = 0.5;
/** Seed 000: the share of a type that nothing is known of. */
const DEFAULT_TYPE_SHARE = 0.2;
/** Seed 000's time decay, per day. */
const RECENCY_PER_DAY = 0.1;

/** Types that are looked at rather than read. */
const VISUAL_TYPES = new Set(['image', 'video', 'gif', 'media', 'story']);

/**
 * The signals of one candidate for one person. Sums have no upper end; a score brings them into bounds as its algorithm
 * says.
 *
 * - `similar`: how similar it is to what the person did lately, below 0 when it is unlike that; `similar_people`: how
 *   much people alike engaged with it.
 * - `connection`: strength of the tie to the author, in [0, 1); `interaction`: the person's own dealings with the author;
 *   `visits`: decayed number of visits to the author's profile; `proof`: `Σ strength · engagement` of the person's ties.
 * - `interest`: the person's interest in its tags, where a declared interest counts .5; `community`: 1 for one of theirs.
 * - `popularity`: everybody's engagement; `trending`: burst of attention.
 * - `recency`: `e^(−.1 · age in days)`, 0 when the age is unknown; `temporal`: the same in the person's
 *   most active hour, 0 in their quiet ones, so that what is fresh counts where it is looked for.
 * - `content_type`: share of its type in what the person does, .2 where nothing is known; `diversity`: 1 − share of its
 *   type in the last 50 things seen.
 * - `new_author`: `recency / number of the author's works`; `creator`: that number; `catch_up`: how overdue a friend is
 *   who rarely posts; `media`: 1 for what is looked at rather than read.
 */
export function featuresOf(candidate: Hydrated, viewer: Viewer, now: number): Features {
  const { author, authorWorks, community, type } = candidate;
  const tie = author === null ? undefined : viewer.ties.get(author);
  const recency = recencyOf(candidate.madeAt, now);
  return {
    similar: candidate.similar,
    similar_people: candidate.alikeScore,
    connection: tie?.strength ?? 0,
    interaction: Math.max(tie?.outgoing ?? 0, 0),
    visits: author === null ? 0 : (viewer.visits.get(author) ?? 0),
    proof: candidate.supporters.reduce((sum, { strength, weight }) => sum + strength * Math.max(weight, 0), 0),
    interest: interestIn(candidate.tags, viewer),
    community: community !== null && viewer.communities.has(community) ? 1 : 0,
    popularity: candidate.engagement,
    trending: candidate.trend?.burst ?? 0,
    recency,
    content_type: typeShareOf(type, viewer),
    temporal: recency * peakOf(viewer.habits),
    diversity: 1 - (viewer.seenTypeShares.get(type) ?? 0),
    new_author: authorWorks === 0 ? 0 : recency / authorWorks,
    catch_up: candidate.catchUp,
    media: VISUAL_TYPES.has(type) ? 1 : 0,
    creator: authorWorks,
  };
}

function interestIn(tags: readonly string[], viewer: Viewer): number {
  return tags.reduce((sum, tag) => {
    const interest = viewer.interests.get(tag);
    return sum + (interest === undefined ? 0 : worthOf(interest));
  }, 0);
}

/**
 * What an interest in a tag counts: what the person did, and more if they declared it, by their own factor. Turning a
 * tag up is a declaration too: it counts at least as declared, times what it was turned up by.
 */
export function worthOf({ weight, declared, factor = 1 }: Omit<Interest, 'tag'>): number {
  const shown = factor * ((declared ? DECLARED_INTEREST : 0) + Math.max(weight, 0));
  return Math.max(shown, DECLARED_INTEREST * (factor - 1));
}

/** The profile's share is drawn towards the usual one while little is known; the graph's is what there is without one. */
function typeShareOf(type: string, { habits, typeShares }: Viewer): number {
  return habits.typePreference === null
    ? (typeShares.get(type) ?? DEFAULT_TYPE_SHARE)
    : (ownValue(habits.typePreference, type) ?? habits.otherTypes);
}

function recencyOf(madeAt: number | null, now: number): number {
  return madeAt === null ? 0 : Math.exp((-RECENCY_PER_DAY * Math.max(now - madeAt, 0)) / DAY_MS);
}
