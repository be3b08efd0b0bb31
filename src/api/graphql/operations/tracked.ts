import { findKind } from '../../../activity/kinds.ts';
import { ACTOR, COMMON, DURATION, field, HASHTAGS, ID, METADATA, noted, SCROLL } from './arguments.ts';
import type { Argument, Draft, Operation, Values } from './operation.ts';

const CONTENT_TYPE = field('contentType', 'String!', 'content_type', 'As in post, story, community or connection.');
const CONTENT_ID = field('contentId', 'ID!', 'content_id', 'The id of the content.');

function required(argument: Argument): Argument {
  return { ...argument, type: `${argument.type}!` };
}

function word(name: string, meaning: string): Argument {
  return { name, type: 'String!', meaning };
}

/**
 * What the seed keeps among the general actions too. Each of them has a kind, and a table, of its own when it names what it
 * is about; here it does not.
 */
const SEED_GENERAL_WORDS: ReadonlySet<string> = new Set([
  'vibe_creation',
  'vibe_sending',
  'vibe_score_update',
  'post_create',
  'story_create',
  'community_create',
]);
const OWN_WORD = /^[a-z][a-z0-9_]{0,63}$/;

/** Whether a word has no kind of its own here: it is kept as a `user_activity` under that word. */
function isOwnWord(activityType: string): boolean {
  return OWN_WORD.test(activityType) && (findKind(activityType) === undefined || SEED_GENERAL_WORDS.has(activityType));
}

function generalKind({ activityType }: Values): string {
  return isOwnWord(String(activityType)) ? 'user_activity' : String(activityType);
}

function withOwnWord(draft: Draft, { activityType }: Values): Draft {
  return isOwnWord(String(activityType))
    ? { ...draft, metadata: { ...draft.metadata, activity_type: activityType } }
    : draft;
}

/** A profile is a person, a community is a community, and any other context is content. */
function inContext(draft: Draft, { contextType, contextId }: Values): Draft {
  if (contextType === undefined || contextId === undefined) {
    return draft;
  }
  if (contextType === 'profile' || contextType === 'user') {
    return { ...draft, target_user_id: draft.target_user_id ?? String(contextId) };
  }
  return contextType === 'community'
    ? { ...draft, community_id: String(contextId) }
    : { ...draft, content_type: String(contextType), content_id: String(contextId) };
}

const PROFILE_WORDS: ReadonlyMap<unknown, string> = new Map([
  ['visit', 'profile_visit'],
  ['view', 'profile_visit'],
  ['vibe', 'profile_vibe'],
]);

/** When something is said of a session, and which moment of it that is. */
const SESSION_EVENTS: ReadonlyMap<unknown, { readonly kind: string; readonly at: string }> = new Map([
  ['START', { kind: 'session_start', at: 'startedAt' }],
  ['HEARTBEAT', { kind: 'session_heartbeat', at: 'lastActivityAt' }],
  ['END', { kind: 'session_end', at: 'endedAt' }],
]);
export const APP_SESSION_EVENT = `enum AppSessionEvent { ${[...SESSION_EVENTS.keys()].join(' ')} }`;

function eventOf({ event, endedAt }: Values): { readonly kind: string; readonly at: string } | undefined {
  return SESSION_EVENTS.get(event ?? (endedAt === undefined ? 'START' : 'END'));
}

function atItsMoment(draft: Draft, values: Values): Draft {
  const at = draft.occurred_at ?? values[eventOf(values)?.at ?? ''];
  return at === undefined ? draft : { ...draft, occurred_at: String(at) };
}

/**
 * The eight mutations by which a product tells what happened, each with the fields of its audit table (seed 000). They
 * record on the caller's word and are never switched off.
 */
export const TRACKING_OPERATIONS: readonly Operation[] = [
  {
    name: 'trackUserActivity',
    input: 'UserActivityInput',
    meaning: 'A general action, for user_activity. A word that has no kind of its own is kept as it is.',
    kind: { says: 'by `activityType`', of: generalKind },
    arguments: [
      word('activityType', 'As in login, logout, profile_update, page_view or search, or a word of the product.'),
      field('description', 'String', 'description', 'What it was.'),
      field('success', 'Boolean', 'success', 'False: it failed, is kept, and changes nothing. Default: true.'),
      HASHTAGS,
      ...COMMON,
    ],
    completed: withOwnWord,
  },
  {
    name: 'trackContentInteraction',
    input: 'ContentInteractionInput',
    meaning: 'Engagement with content, for content_interaction.',
    kind: { says: 'by `interactionType`', of: ({ interactionType }) => String(interactionType) },
    arguments: [
      CONTENT_TYPE,
      CONTENT_ID,
      word('interactionType', 'As in view, like, comment, share, save, create, hide, impression or explore_click.'),
      DURATION,
      SCROLL,
      field('targetUserId', 'ID', 'target_user_id', 'The other person, for interactions with a connection.'),
      field('visibility', 'Visibility', 'visibility', 'Who may see it, for create and update. Default: public.'),
      ...COMMON,
    ],
  },
  {
    name: 'trackSocialInteraction',
    input: 'SocialInteractionInput',
    meaning: 'Something between people, for social_interaction.',
    kind: { says: 'by `interactionType`', of: ({ interactionType }) => String(interactionType) },
    arguments: [
      word('interactionType', 'As in profile_visit, connection_request, follow, message, circle_update or block.'),
      { name: 'contextType', type: 'String', meaning: 'Where it happened: profile, community, or a type of content.' },
      { name: 'contextId', type: 'ID', meaning: 'With contextType.' },
      field('targetUserId', 'ID', 'target_user_id', 'The other person. Default: whose profile it was.'),
      field('circle', 'Circle', 'circle', 'For circle_update.'),
      ...COMMON,
    ],
    completed: inContext,
  },
  {
    name: 'trackProfileActivity',
    input: 'ProfileActivityInput',
    meaning: 'A visit of a profile, or a vibe sent to it, for profile_activity.',
    kind: {
      says: '`profile_visit`, `profile_vibe`',
      of: ({ activityType }) => PROFILE_WORDS.get(activityType) ?? String(activityType),
    },
    arguments: [
      word('activityType', 'profile_visit (also visit, view) or profile_vibe (also vibe).'),
      field('profileOwnerId', 'ID!', 'target_user_id', 'Whose profile it is.'),
      DURATION,
      { ...ACTOR, name: 'visitorId' },
      ...COMMON.filter((one) => one !== ACTOR),
    ],
  },
  {
    name: 'trackMediaInteraction',
    input: 'MediaInteractionInput',
    meaning: 'Something done with a picture, film or file, for media_interaction.',
    kind: {
      says: '`media_` and `interactionType`',
      of: ({ interactionType }) => `media_${interactionType}`,
    },
    arguments: [
      field('mediaType', 'String!', 'content_type', 'image, video, audio, document, gif, thumbnail or comment_media.'),
      field('mediaId', 'ID!', 'content_id', 'The id of the file.'),
      field('mediaUrl', 'String', 'url', 'Where it is.'),
      word(
        'interactionType',
        'click, view, download, share, zoom, play, pause, seek, fullscreen, volume_change or quality_change.',
      ),
      DURATION,
      field('positionSeconds', 'Float', 'position_seconds', 'Where in the film or sound.'),
      ...COMMON,
    ],
  },
  {
    name: 'trackScrollDepth',
    input: 'ScrollDepthInput',
    meaning: 'How far content was scrolled through; of a session, or else of a day, the farthest counts.',
    kind: 'scroll_depth',
    arguments: [CONTENT_TYPE, CONTENT_ID, required(SCROLL), ...COMMON],
  },
  {
    name: 'trackTimeSpent',
    input: 'TimeSpentInput',
    meaning:
      'Time spent on content that ended when it happened, as of a heartbeat; what overlaps within a session, or else a day, counts once.',
    kind: 'time_spent',
    arguments: [CONTENT_TYPE, CONTENT_ID, required(DURATION), ...COMMON],
  },
  {
    name: 'trackAppSession',
    input: 'AppSessionInput',
    meaning: 'The beginning of a session, that it goes on, or its end, for session_activity.',
    kind: {
      says: '`session_start`, `session_heartbeat`, `session_end`',
      of: (values) => eventOf(values)?.kind ?? String(values['event']),
    },
    arguments: [
      field('sessionId', 'ID!', 'session_id', 'Which session.'),
      { name: 'event', type: 'AppSessionEvent', meaning: 'Default: END with endedAt, else START.' },
      noted('startedAt', 'String', 'started_at', 'ISO 8601; when a start happened.'),
      noted('lastActivityAt', 'String', 'last_activity_at', 'ISO 8601; when a heartbeat happened.'),
      noted('endedAt', 'String', 'ended_at', 'ISO 8601; when an end happened.'),
      DURATION,
      noted('activityCount', 'Int', 'activity_count', 'How many activities it had.'),
      noted('device', 'String', 'device', 'On which device.'),
      noted('appVersion', 'String', 'app_version', 'Of which version of the product.'),
      ID,
      ACTOR,
      field('occurredAt', 'String', 'occurred_at', 'ISO 8601. Default: the moment of the event, else now.'),
      METADATA,
    ],
    completed: atItsMoment,
  },
];
