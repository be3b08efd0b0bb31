import type { ActivityInput } from '../../../activity/activity.ts';
import type { Argument } from './operation.ts';

/** An argument that is a field of the activity. */
export function field(name: string, type: string, gives: keyof ActivityInput, meaning: string): Argument {
  return { name, type, meaning, gives: { field: gives } };
}

/** An argument that is kept in the metadata under the key that the seed has for it. */
export function noted(name: string, type: string, key: string, meaning: string): Argument {
  return { name, type, meaning, gives: { metadata: key } };
}

/** The id of the content of this type that something is done to. */
export function contentOf(type: string, name = `${type}Uid`): Argument {
  return { name, type: 'ID!', meaning: `The id of the ${type}.`, gives: { contentOf: type } };
}

export const ID = field('id', 'ID', 'id', 'Makes a repeated request harmless. Default: a new uuid.');
export const ACTOR = field(
  'userId',
  'ID',
  'user_id',
  'Who does it. Default: the subject of the token; somebody else only for service and admin.',
);
export const OCCURRED_AT = field(
  'occurredAt',
  'String',
  'occurred_at',
  'When it happened, ISO 8601 with offset or Z. Default: now.',
);
export const SESSION = field('sessionId', 'ID', 'session_id', 'The session in which it happened.');
export const METADATA = field('metadata', 'JSON', 'metadata', 'Anything else, kept in the audit row.');

/** What every operation takes. */
export const COMMON: readonly Argument[] = [ID, ACTOR, OCCURRED_AT, SESSION, METADATA];

export const CONTENT = field('content', 'ID!', 'content', 'What it is done to, as type:id.');
export const TARGET = field('targetUserId', 'ID!', 'target_user_id', 'The other person.');
export const HASHTAGS = field('hashtags', '[String!]', 'hashtags', 'The tags, with or without #.');
export const DURATION = field('durationSeconds', 'Float', 'duration_seconds', 'How long it took.');
export const SCROLL = field(
  'scrollDepthPercentage',
  'Float',
  'scroll_depth_percentage',
  'How far it was scrolled through, 0 to 100.',
);

/** What content, or a community, is described by. */
export const DESCRIPTION: readonly Argument[] = [
  field('title', 'String', 'title', 'Shown in lists; kept in the catalogue only.'),
  HASHTAGS,
  field('visibility', 'Visibility', 'visibility', 'Who may see it. Default: public.'),
  field('url', 'String', 'url', 'Where it can be read.'),
];
export const COMMUNITY = field('communityUid', 'ID', 'community_id', 'The community that it is posted in.');
