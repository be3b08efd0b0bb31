import { z } from 'zod';
import { ACTIVITY_WORDS, findKind } from '../../activity/kinds.ts';
import { ownValue } from '../../core/own.ts';

/**
 * What events of other vocabularies mean. A name is looked up, in this order: in the rules of the operator's own file;
 * in the rules for Segment's published events; among the kinds of activity and their aliases; as "<noun> <what was
 * done>", as in Post Liked or User Followed.
 */

/** How to read one event: its kind, and which properties hold what it was done to, in order of preference. */
export interface EventRule {
  readonly activity_type: string;
  readonly content_type?: string | undefined;
  readonly content_id?: readonly string[] | undefined;
  readonly target_user_id?: readonly string[] | undefined;
}

const propertyNames = z.array(z.string().min(1).max(200)).min(1).max(20);

/** The operator's own rules, by the name of the event. */
export const eventRulesSchema = z.record(
  z.string().min(1),
  z.strictObject({
    activity_type: z.string().refine((word) => ACTIVITY_WORDS.includes(word), 'must be a kind of activity'),
    content_type: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,31}$/)
      .optional(),
    content_id: propertyNames.optional(),
    target_user_id: propertyNames.optional(),
  }),
);

export type EventRules = ReadonlyMap<string, EventRule>;

/** One spelling for the name of an event: `Post Liked`, `postLiked` and `post-liked` are `post_liked`. */
export function normalizeEvent(event: string): string {
  return event
    .normalize('NFKC')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/gu, '');
}

/** @param own - rules by the name of the event, in any spelling. */
export function eventRules(own: Readonly<Record<string, EventRule>> = {}): EventRules {
  return new Map([
    ...Object.entries(PUBLISHED),
    ...Object.entries(own).map(([event, rule]) => [normalizeEvent(event), rule] as const),
  ]);
}

/** The rule for an event; undefined for one that nothing is known of. */
export function ruleOf(event: string, rules: EventRules): EventRule | undefined {
  const name = normalizeEvent(event);
  return rules.get(name) ?? byKind(name) ?? byNounAndVerb(name);
}

const PRODUCT = { content_type: 'product', content_id: ['product_id', 'sku'] };
const VIDEO = { content_type: 'video', content_id: ['asset_id', 'content_asset_id', 'video_id'] };

/** Segment's published events that have a counterpart here, by their normalised names. */
export const PUBLISHED: Readonly<Record<string, EventRule>> = {
  product_viewed: { activity_type: 'view', ...PRODUCT },
  product_clicked: { activity_type: 'click', ...PRODUCT },
  product_shared: { activity_type: 'share', ...PRODUCT },
  product_added_to_wishlist: { activity_type: 'save', ...PRODUCT },
  product_removed_from_wishlist: { activity_type: 'unsave', ...PRODUCT },
  products_searched: { activity_type: 'search' },
  video_content_started: { activity_type: 'media_play', ...VIDEO },
  video_playback_started: { activity_type: 'media_play', ...VIDEO },
  video_playback_resumed: { activity_type: 'media_play', ...VIDEO },
  video_playback_paused: { activity_type: 'media_pause', ...VIDEO },
  video_playback_seek_completed: { activity_type: 'media_seek', ...VIDEO },
  signed_up: { activity_type: 'register' },
  account_created: { activity_type: 'register' },
  signed_in: { activity_type: 'login' },
  signed_out: { activity_type: 'logout' },
  application_opened: { activity_type: 'session_start' },
  application_backgrounded: { activity_type: 'session_end' },
};

function byKind(name: string): EventRule | undefined {
  const match = findKind(name);
  return match === undefined ? undefined : { activity_type: name, content_type: match.contentType };
}

/** What can be done to content. */
export const DONE_TO_CONTENT: Readonly<Record<string, string>> = {
  viewed: 'view',
  opened: 'view',
  read: 'view',
  seen: 'impression',
  clicked: 'click',
  tapped: 'click',
  expanded: 'expand',
  liked: 'like',
  unliked: 'unlike',
  commented: 'comment',
  answered: 'answer',
  shared: 'share',
  reposted: 'repost',
  saved: 'save',
  bookmarked: 'save',
  favorited: 'save',
  unsaved: 'unsave',
  unbookmarked: 'unsave',
  unfavorited: 'unsave',
  upvoted: 'upvote',
  downvoted: 'downvote',
  created: 'create',
  posted: 'create',
  published: 'create',
  updated: 'update',
  edited: 'update',
  deleted: 'delete',
  hidden: 'hide',
  reported: 'report',
  scrolled: 'scroll_depth',
};

export const DONE_TO_PEOPLE: Readonly<Record<string, string>> = {
  viewed: 'profile_visit',
  visited: 'profile_visit',
  followed: 'follow',
  unfollowed: 'unfollow',
  messaged: 'message',
  mentioned: 'mention',
  muted: 'mute',
  unmuted: 'unmute',
  blocked: 'block',
  unblocked: 'unblock',
  reported: 'report',
};

export const DONE_TO_COMMUNITIES: Readonly<Record<string, string>> = {
  joined: 'join',
  left: 'leave',
  created: 'create',
  muted: 'mute',
  unmuted: 'unmute',
};

export const PEOPLE = new Set(['user', 'profile', 'person', 'member', 'author', 'creator']);
export const COMMUNITIES = new Set(['community', 'group']);

function byNounAndVerb(name: string): EventRule | undefined {
  const [, noun, verb] = /^([a-z][a-z0-9_]{0,31})_([a-z]+)$/u.exec(name) ?? [];
  if (noun === undefined || verb === undefined) {
    return undefined;
  }
  if (PEOPLE.has(noun)) {
    const kind = ownValue(DONE_TO_PEOPLE, verb);
    return kind === undefined ? undefined : { activity_type: kind, target_user_id: [`${noun}_id`, 'id'] };
  }
  if (COMMUNITIES.has(noun)) {
    const kind = ownValue(DONE_TO_COMMUNITIES, verb);
    return kind === undefined
      ? undefined
      : { activity_type: kind, content_type: 'community', content_id: [`${noun}_id`, 'id'] };
  }
  const kind = ownValue(DONE_TO_CONTENT, verb);
  return kind === undefined ? undefined : { activity_type: kind, content_type: noun };
}
