import { ownValue } from '../core/own.ts';

/**
 * How things are named: `type:id`, as in `post:c954` or `image:77`. Three types name what is not content:
 * `user:7`, `tag:cats` and `community:chess`. Ids are opaque text, so integers, uuids and slugs of any product fit.
 */
export type Reference = string;

/** Longest id of a person, content or community, in characters. */
export const MAX_ID_LENGTH = 200;
const MAX_TAG_LENGTH = 100;

const REFERENCE = /^([a-z][a-z0-9_]{0,31}):(.+)$/su;

export interface ReferenceParts {
  readonly type: string;
  readonly id: string;
}

/** Splits `type:id` at its first colon; undefined when the text is no reference. */
export function parseReference(reference: string): ReferenceParts | undefined {
  const match = REFERENCE.exec(reference);
  const [, type, id] = match ?? [];
  return type === undefined || id === undefined ? undefined : { type, id };
}

export function referenceTo(type: string, id: string): Reference {
  return `${type}:${id}`;
}

/** The types of reference that name something other than content. */
const NOT_CONTENT = new Set(['user', 'tag', 'community']);

export function isContentType(type: string): boolean {
  return !NOT_CONTENT.has(type);
}

/** Neo4j labels by content type, beside `Content`. A closed list: a type of a caller's own making must not add tokens to the store. */
const CONTENT_LABELS: Readonly<Record<string, string>> = {
  post: 'Post',
  story: 'Story',
  question: 'Question',
  answer: 'Answer',
  comment: 'Comment',
  vibe: 'Vibe',
  article: 'Article',
  page: 'Page',
  product: 'Product',
  event: 'Event',
  artist: 'Artist',
  image: 'Media',
  video: 'Media',
  audio: 'Media',
  document: 'Media',
  gif: 'Media',
  thumbnail: 'Media',
  media: 'Media',
  comment_media: 'Media',
};

export const ALL_CONTENT_LABELS: readonly string[] = [...new Set(Object.values(CONTENT_LABELS))].sort();

/** Pictures, films and files: shown with other content, unless they are published by themselves. */
export const MEDIA_TYPES: readonly string[] = Object.keys(CONTENT_LABELS).filter(
  (type) => CONTENT_LABELS[type] === 'Media',
);

/** The second label of a content node; undefined for a type that is not in the list (such a node is plain `Content`). */
export function contentLabel(type: string): string | undefined {
  return ownValue(CONTENT_LABELS, type);
}

/**
 * One spelling for a hashtag, topic or interest: without leading `#`, NFKC, lower case, spaces and underscores as one hyphen,
 * none at either end. Spelling it again changes nothing. Returns undefined for what has nothing left.
 */
export function normalizeTag(tag: string): string | undefined {
  const normalized = tag
    .normalize('NFKC')
    .toLowerCase()
    // Lower case can take a character out of its normal form.
    .normalize('NFKC')
    .replace(/[\s_-]+/gu, '-')
    .replace(/^[#-]+/u, '')
    .slice(0, MAX_TAG_LENGTH)
    .toWellFormed()
    .replace(/-$/u, '');
  return normalized === '' ? undefined : normalized;
}

/** Normalised tags, each once, in alphabetical order, so that equal sets are equal lists. */
export function normalizeTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map(normalizeTag).filter((tag) => tag !== undefined))].sort();
}
