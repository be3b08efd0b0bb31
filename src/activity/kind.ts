/**
 * What a kind of activity is: the words in which the catalogue (`kinds.ts`) speaks of each.
 */

/** The audit tables that hold single activities. `activity_aggregation`, the eighth, is computed from them. */
export const AUDIT_TABLES = [
  'user_activity',
  'content_interaction',
  'social_interaction',
  'profile_activity',
  'media_interaction',
  'session_activity',
  'vibe_activity',
] as const;
export type AuditTable = (typeof AUDIT_TABLES)[number];

/**
 * Facts that hold or do not, one per person and object; the last word counts. `connection` is one fact per pair of
 * people, all others belong to the person who states them.
 */
export const FACTS = [
  'authorship',
  'like',
  'reaction',
  'save',
  'vote',
  'follow',
  'join',
  'connection',
  'circle',
  'interest',
  'hide',
  'report',
  'not_interested',
  'mute',
  'block',
] as const;
export type Fact = (typeof FACTS)[number];

/** Facts by which a person keeps something out of their feed. */
export const SUPPRESSING_FACTS = [
  'hide',
  'report',
  'not_interested',
  'mute',
  'block',
] as const satisfies readonly Fact[];
export type SuppressingFact = (typeof SUPPRESSING_FACTS)[number];

/** Edges whose weight is a sum of fading signals. */
export const FADING_EDGES = ['ENGAGED', 'INTERACTED', 'INTERESTED_IN'] as const;
export type FadingEdge = (typeof FADING_EDGES)[number];

/**
 * How a kind counts:
 * - `repeatable`: each activity adds its signal;
 * - `standing`: states a fact; stating it again moves its signal to the later time and never doubles it;
 * - `measured`: measures of one visit (a session, or else a day) are one signal: time that overlaps counts once, and of
 *   depths the farthest;
 * - `takes-back`: ends the fact and takes exactly its signal out;
 * - `record`: is kept in the log and leaves no signal.
 */
type Nature = 'repeatable' | 'standing' | 'measured' | 'takes-back' | 'record';

/**
 * What a kind must carry.
 * - `content`: `content` (or `content_type` and `content_id`)
 * - `person`: `target_user_id`, somebody else
 * - `community`: `community_id`, or `content` of type `community`
 * - `object`: any one of content, `target_user_id`, `community_id`, or `content` as `tag:…`
 * - `thing`: content, or `content` of type `community`
 * - `activity`: `activity_id`, the id of an earlier activity of the same person
 */
export type Need =
  | 'content'
  | 'person'
  | 'community'
  | 'object'
  | 'thing'
  | 'activity'
  | 'tags'
  | 'circle'
  | 'duration'
  | 'scroll'
  | 'session';

/** Another word for a kind. Where it speaks of one type of content (`question_viewed`), content of another type is refused. */
export interface Alias {
  readonly word: string;
  readonly contentType?: string;
}

export interface Kind {
  readonly name: string;
  readonly nature: Nature;
  readonly table: AuditTable;
  /** A second audit row; only a profile visit has one. */
  readonly secondTable?: AuditTable;
  /** The value of `activity_type` or `interaction_type` in the audit row. */
  readonly word: string;
  readonly aliases: readonly Alias[];
  /** Engagement that one such activity shows, before the bonus for time and scroll; 1 is making something. */
  readonly weight: number;
  readonly fact?: Fact;
  readonly feeds: readonly FadingEdge[];
  readonly needs: readonly Need[];
  /** True when the activity describes content: author, tags, title, visibility and so on are read from it. */
  readonly describes?: true;
  /** True when only the fact is kept, and no words that came with it. */
  readonly wordless?: true;
  /** One sentence for documentation. */
  readonly meaning: string;
}
