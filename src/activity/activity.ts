import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../core/canonical-json.ts';
import { AppError } from '../core/errors.ts';
import { activityUid, uidsRetracted } from './activity-id.ts';
import { CLEARABLE, type Description } from './description.ts';
import { CIRCLES, type Circle, VISIBILITIES } from './fold-row.ts';
import { hashtagsIn } from './hashtags.ts';
import { ACTIVITY_WORDS, findKind, type Kind, type KindMatch, type Need } from './kinds.ts';
import {
  isContentType,
  MAX_ID_LENGTH,
  normalizeTags,
  parseReference,
  type Reference,
  type ReferenceParts,
  referenceTo,
} from './reference.ts';

/** Most activities in one request. */
export const MAX_BATCH = 2_500;
/** Largest activity as JSON, in bytes. */
export const MAX_ACTIVITY_BYTES = 32 * 1_024;
const MAX_METADATA_DEPTH = 16;
const METADATA_RULE = `must be JSON of at most ${MAX_METADATA_DEPTH} levels, without NUL or unpaired surrogate characters and without the keys __proto__, constructor and prototype`;
const MAX_TAGS = 100;
/** So much of the words of a search is looked through for tags. */
const MAX_SEARCHED = 4_000;
const MAX_MESSAGE = 1_000;
const EARLIEST = Date.UTC(1970, 0, 1);
/** Checked as a moment: the last hours of 9999 with an offset west of Greenwich are in the year 10000. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const wellFormed = (value: string): boolean => value.isWellFormed() && !value.includes('\u0000');

function hasProperId(reference: string): boolean {
  const id = reference.slice(reference.indexOf(':') + 1);
  return id.length <= MAX_ID_LENGTH && id.trim() === id;
}

const text = (max: number) =>
  z.string().max(max).refine(wellFormed, 'must not hold NUL or unpaired surrogate characters');

/** Ids of other systems: text, or a whole number, which becomes its decimal text. */
export const idSchema = z
  .union([z.string(), z.int()])
  .transform(String)
  .pipe(
    z
      .string()
      .min(1)
      .max(MAX_ID_LENGTH)
      .regex(/^\P{Cc}+$/u, 'must not hold control characters')
      .refine(wellFormed, 'must not hold unpaired surrogate characters')
      .refine((id) => id.trim() === id, 'must not begin or end with a space'),
  );

export const referenceSchema = z
  .string()
  .max(MAX_ID_LENGTH + 33)
  .regex(/^[a-z][a-z0-9_]{0,31}:\P{Cc}+$/u, 'must be type:id, as in post:c954')
  .refine(wellFormed, 'must not hold unpaired surrogate characters')
  .refine(
    hasProperId,
    `must have an id of at most ${MAX_ID_LENGTH} characters that does not begin or end with a space`,
  );

const timeSchema = z.iso
  .datetime({ offset: true })
  .refine((value) => Date.parse(value) >= EARLIEST, 'must not be before 1970')
  .refine((value) => Date.parse(value) <= LATEST, 'must not be after the year 9999 (UTC)')
  .describe('When it happened, ISO 8601 with offset or Z. Default: when it is received.');

/** An activity as callers send it. TypeScript types, JSON Schema and OpenAPI follow from this object. */
export const activityInputSchema = z
  .strictObject({
    id: idSchema
      .optional()
      .describe('Makes a repeated request harmless. A uuid, or any text up to 200 characters. Default: a new uuid.'),
    user_id: idSchema
      .optional()
      .describe('Who did it. Default: the subject of the token; somebody else only for service and admin.'),
    activity_type: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a kind of activity in lower case, as in like')
      .describe('A kind of activity or one of its aliases.')
      .meta({ examples: ['like'] }),
    content: referenceSchema
      .optional()
      .describe('What it was done to, as type:id.')
      .meta({ examples: ['post:p1'] }),
    content_type: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,31}$/)
      .optional()
      .describe('With content_id, instead of content.'),
    content_id: idSchema.optional(),
    target_user_id: idSchema.optional().describe('The person it was done to.'),
    community_id: idSchema.optional(),
    activity_id: idSchema.optional().describe('For retract: the id of the activity to take back.'),
    occurred_at: timeSchema.optional(),
    duration_seconds: z.number().min(0).max(604_800).optional(),
    scroll_depth_percentage: z.number().min(0).max(100).optional(),
    position_seconds: z.number().min(0).max(2_147_483_647).optional(),
    session_id: idSchema.optional(),
    success: z.boolean().optional(),
    description: text(4_000).optional(),
    metadata: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(`Anything else, as JSON, at most ${MAX_METADATA_DEPTH} levels deep.`),
    circle: z.enum(CIRCLES).optional().describe('For circle_update.'),
    author: idSchema.optional().describe('For create and update: who made the content. Default: the actor.'),
    hashtags: z.array(text(200)).max(MAX_TAGS).optional(),
    title: text(500).optional(),
    url: text(2_000).optional(),
    visibility: z.enum(VISIBILITIES).optional(),
    created_at: timeSchema
      .optional()
      .describe(
        'For create and update, from service and admin: when the content was made. Default: when it was created.',
      ),
    reply_to: referenceSchema.optional().describe('For create: the content that this answers or comments on.'),
    clears: z
      .array(z.enum(CLEARABLE))
      .max(CLEARABLE.length)
      .optional()
      .describe('For update: fields without a value from now on.'),
  })
  .meta({ id: 'ActivityInput' });

export type ActivityInput = z.infer<typeof activityInputSchema>;

/** A checked activity, ready for the log. */
export interface Activity {
  readonly uid: string;
  /** The id that the caller knows it by: the one that was sent, else the one that it is given. */
  readonly givenId: string;
  readonly kind: Kind;
  readonly actor: string;
  /** Content, `community:…`, `tag:…` or `user:…` that it was done to. */
  readonly object: Reference | null;
  readonly target: string | null;
  readonly community: string | null;
  readonly tags: readonly string[];
  readonly circle: Circle | null;
  /** Uid of the activity to take back (retract). */
  readonly retracts: string | null;
  /** Its `activity_id` taken for a uid, as lists of activities show it; null when it cannot be one, or is `retracts`. */
  readonly retractsListed: string | null;
  /** When the caller says it happened, in milliseconds; null: now. */
  readonly occurredAt: number | null;
  readonly durationSeconds: number | null;
  readonly scrollDepthPercentage: number | null;
  readonly positionSeconds: number | null;
  readonly sessionId: string | null;
  readonly success: boolean;
  readonly description: string | null;
  readonly url: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** For kinds that describe content. */
  readonly describes: Description | null;
  /** Canonical text (RFC 8785) of what the caller sent, with the actor: two sendings are the same if these are equal. */
  readonly sent: string;
}

/** Whose ids are whose: ids count within the source that sends them; only the uuids of trusted senders count for all. */
export interface Sender {
  /** Who the activity is about when it does not say so. */
  readonly subject: string;
  /** Namespace of ids, e.g. `subject:7` or `import:ldbc-snb`. */
  readonly source: string;
  /** May state authorship, tags and community of content that is not the actor's own, and choose uids. */
  readonly trusted: boolean;
}

/**
 * Checks one activity and puts it into normal form.
 *
 * @param asSent - what the caller sent, where a door made the activity of something else.
 * @throws AppError `ACTIVITY_INVALID` naming each field that is wrong.
 */
export function parseActivity(raw: unknown, sender: Sender, asSent: unknown = raw): Activity {
  const parsed = activityInputSchema.safeParse(raw);
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'activity'}: ${issue.message}`));
  }
  const input = parsed.data;
  // Looked at as sent: the schema's copy has lost a `__proto__` key, and such a key is refused, not dropped.
  if (input.metadata !== undefined && !isPlainJson((raw as { metadata: unknown }).metadata)) {
    throw invalid([`metadata: ${METADATA_RULE}`]);
  }
  const match = findKind(input.activity_type);
  if (match === undefined) {
    throw invalid([`activity_type: ${unknownWord(input.activity_type)}`]);
  }
  const { kind } = match;
  const actor = input.user_id ?? sender.subject;
  const object = objectOf(input, match, actor);
  const tags = normalizeTags([...(input.hashtags ?? []), ...tagsSearched(kind, input)]);
  const faults = [...needFaults(kind, input, object, tags), ...selfFaults(kind, actor, object, input)];
  if (faults.length > 0) {
    throw invalid(faults);
  }
  const givenId = input.id ?? randomUUID();
  return {
    uid: activityUid(givenId, sender),
    givenId,
    kind,
    actor,
    object,
    target: input.target_user_id ?? null,
    community: communityOf(input, object),
    tags,
    circle: input.circle ?? null,
    ...uidsRetracted(input.activity_id, sender),
    occurredAt: input.occurred_at === undefined ? null : Date.parse(input.occurred_at),
    durationSeconds: input.duration_seconds ?? null,
    scrollDepthPercentage: input.scroll_depth_percentage ?? null,
    positionSeconds: input.position_seconds ?? null,
    sessionId: input.session_id ?? null,
    success: input.success ?? true,
    description: input.description ?? null,
    url: input.url ?? null,
    metadata: input.metadata ?? {},
    describes: kind.describes === true ? describe(input, tags, sender) : null,
    sent: canonicalJson({ actor, activity: asSent }),
  };
}

/** A search says what it is for in its words: in `description`, or in the `query` of its metadata. */
function tagsSearched({ name }: Kind, { description, metadata }: ActivityInput): string[] {
  const query = metadata?.['query'];
  const words = name === 'search' ? [description, query].filter((text) => typeof text === 'string') : [];
  return hashtagsIn(words.join(' ').slice(0, MAX_SEARCHED), MAX_TAGS);
}

function describe(input: ActivityInput, tags: readonly string[], sender: Sender): Description {
  const stated = (field: (typeof CLEARABLE)[number]) =>
    input[field] ?? (input.clears?.includes(field) ? null : undefined);
  return {
    // A person cannot make somebody else the author of something.
    author: sender.trusted ? input.author : undefined,
    tags: input.hashtags === undefined ? undefined : tags,
    community: stated('community_id'),
    title: stated('title'),
    url: stated('url'),
    visibility: input.visibility,
    replyTo: stated('reply_to'),
    createdAt: sender.trusted && input.created_at !== undefined ? Date.parse(input.created_at) : undefined,
  };
}

/** The most specific thing that was named: content, then a person, then a community. */
function objectOf(input: ActivityInput, match: KindMatch, actor: string): Reference | null {
  const { needs } = match.kind;
  const given = contentOf(input, match);
  if (given !== undefined) {
    const { type, id } = given;
    return type === 'tag' ? tagReference(id) : referenceTo(type, id);
  }
  const community = input.community_id === undefined ? null : referenceTo('community', input.community_id);
  if (needs.includes('community')) {
    return community;
  }
  const person = input.target_user_id;
  if (needs.includes('object')) {
    return person === undefined || person === actor ? community : referenceTo('user', person);
  }
  return needs.includes('person') && person !== undefined && person !== actor ? referenceTo('user', person) : null;
}

/** `content`, or `content_type` and `content_id`, as the two parts of a reference. */
function contentOf(input: ActivityInput, match: KindMatch): ReferenceParts | undefined {
  const { content, content_type: type, content_id: id } = input;
  const whole = content === undefined ? undefined : parseReference(content);
  if (whole !== undefined && ((type ?? whole.type) !== whole.type || (id ?? whole.id) !== whole.id)) {
    throw invalid(['content: differs from content_type and content_id; give one of the two']);
  }
  const partType = type ?? match.contentType;
  if (whole === undefined && id !== undefined && partType === undefined) {
    throw invalid(['content_type: must be given with content_id']);
  }
  const given = whole ?? (id === undefined || partType === undefined ? undefined : { type: partType, id });
  if (given !== undefined && match.contentType !== undefined && given.type !== match.contentType) {
    throw invalid([`content: ${input.activity_type} is about content of type ${match.contentType}, not ${given.type}`]);
  }
  return given;
}

function tagReference(tag: string): Reference {
  const [normalized] = normalizeTags([tag]);
  if (normalized === undefined) {
    throw invalid(['content: the tag is empty']);
  }
  return referenceTo('tag', normalized);
}

function communityOf(input: ActivityInput, object: Reference | null): string | null {
  const parts = object === null ? undefined : parseReference(object);
  return parts?.type === 'community' ? parts.id : (input.community_id ?? null);
}

type NeedCheck = (input: ActivityInput, object: Reference | null, tags: readonly string[]) => string | undefined;

const typeOf = (object: Reference | null): string => (object === null ? '' : (parseReference(object)?.type ?? ''));

const NEED_CHECKS: Readonly<Record<Need, NeedCheck>> = {
  content: (_, object) =>
    object !== null && isContentType(typeOf(object)) ? undefined : 'content: must name content, as in post:c954',
  thing: (_, object) =>
    object !== null && (isContentType(typeOf(object)) || typeOf(object) === 'community')
      ? undefined
      : 'content: must name content or a community, as in post:c954 or community:chess',
  community: (_, object) => (typeOf(object) === 'community' ? undefined : 'community_id: must be given'),
  object: (_, object) =>
    object !== null ? undefined : 'content: give content, target_user_id, community_id, or content as tag:name',
  person: (input) => (input.target_user_id !== undefined ? undefined : 'target_user_id: must be given'),
  activity: (input) => (input.activity_id !== undefined ? undefined : 'activity_id: must be given'),
  tags: (_input, _object, tags) => (tags.length > 0 ? undefined : 'hashtags: must hold at least one tag'),
  circle: (input) => (input.circle !== undefined ? undefined : `circle: must be one of ${CIRCLES.join(', ')}`),
  duration: (input) => (input.duration_seconds !== undefined ? undefined : 'duration_seconds: must be given'),
  scroll: (input) =>
    input.scroll_depth_percentage !== undefined ? undefined : 'scroll_depth_percentage: must be given',
  session: (input) => (input.session_id !== undefined ? undefined : 'session_id: must be given'),
};

function needFaults(kind: Kind, input: ActivityInput, object: Reference | null, tags: readonly string[]): string[] {
  return kind.needs.map((need) => NEED_CHECKS[need](input, object, tags)).filter((fault) => fault !== undefined);
}

/** What nobody can do to themselves: connect, follow, message, block, visit. */
function selfFaults(kind: Kind, actor: string, object: Reference | null, input: ActivityInput): string[] {
  const self = input.target_user_id === actor || object === referenceTo('user', actor);
  const social = kind.needs.includes('person') || kind.needs.includes('object');
  return social && self ? ['target_user_id: must be somebody else'] : [];
}

/** Names of unknown fields are quoted in messages: what callers send must not make a message long or unprintable. */
function invalid(faults: readonly string[]): AppError {
  const message = faults.join('; ').replace(/\p{Cc}/gu, '\ufffd');
  const shown = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
  return new AppError('ACTIVITY_INVALID', shown.toWellFormed());
}

function unknownWord(word: string): string {
  const near = ACTIVITY_WORDS.filter((known) => known.includes(word) || word.includes(known)).slice(0, 5);
  return near.length > 0
    ? `${word} is not a kind of activity; did you mean ${near.join(', ')}?`
    : `${word} is not a kind of activity; /openapi.json lists them`;
}

/** Keys that would reach an object's prototype in code that copies objects carelessly, ours or that of who reads our data. */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** True for what JSON can hold and both stores can keep. */
function isPlainJson(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case 'string':
      return wellFormed(value);
    case 'number':
      return Number.isFinite(value);
    case 'boolean':
      return true;
    case 'object':
      return value === null || (depth < MAX_METADATA_DEPTH && isPlainStructure(value, depth + 1));
    default:
      return false;
  }
}

function isPlainStructure(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    return value.every((inner) => isPlainJson(inner, depth));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    Object.entries(value).every(
      ([key, inner]) => wellFormed(key) && !PROTOTYPE_KEYS.has(key) && isPlainJson(inner, depth),
    )
  );
}
