import type { Activity } from '../../activity/activity.ts';
import type { Description } from '../../activity/description.ts';
import type { Structure } from '../../activity/fold-row.ts';
import { parseReference, type Reference } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import { type ContentRow, isLater, type Known, putRow, type Stamp, type StatedField, type Verdict } from './known.ts';

/** True for the kinds that say what content is, or that it is no more. */
export function describesContent(activity: Activity): activity is Activity & { readonly object: Reference } {
  return activity.object !== null && (activity.describes !== null || activity.kind.fact === 'authorship');
}

/**
 * Enters what an activity says of content into the catalogue and returns the whole description as it is then. Each
 * field keeps its last word by (time, uid), so that descriptions may arrive in any order.
 *
 * @returns an error when the content is somebody else's and the sender is not trusted.
 */
export function resolveContent(
  activity: Activity & { readonly object: Reference },
  word: Stamp,
  trusted: boolean,
  known: Known,
): Structure | AppError {
  const { object, kind, actor } = activity;
  const before = known.content.byKey.get(object);
  const creates = kind.name === 'create';
  // What is described and has no author was put here by a service: nobody takes it over by a word of their own.
  const author = before === undefined ? (creates ? actor : null) : before.authorId;
  if (!trusted && author !== actor) {
    return notTheAuthor(activity, before);
  }
  if (creates && !trusted && before?.words.moderated?.deletes === true && isLater(word, before.words.moderated)) {
    return new AppError(
      'FORBIDDEN',
      `content: ${object} was deleted by somebody else than ${actor}, who cannot undo it`,
    );
  }
  const said = creates ? creation(activity) : (activity.describes ?? {});
  const after = described(before ?? unknownContent(object), said, word);
  // A time that was stated counts for more than the times of activities.
  const made = creates && after.words.createdAt === undefined;
  const createdAt = made ? Math.min(after.createdAt ?? word.at, word.at) : after.createdAt;
  const deleted = deletion(activity, word, before);
  const moderated = trusted ? moderation(activity, word, before) : before?.words.moderated;
  // A moderator's deletion holds although the author's own last word, which may have arrived before it, is another.
  const effective = [deleted, moderated].find((verdict) => verdict?.deletes === true);
  const words = {
    ...after.words,
    ...(deleted === undefined ? {} : { deleted }),
    ...(moderated === undefined ? {} : { moderated }),
  };
  const row = { ...after, createdAt, deletedAt: effective?.at ?? null, words };
  putRow(known.content, object, row);
  return structureOf(row);
}

function notTheAuthor(activity: Activity, before: ContentRow | undefined): AppError {
  const reason =
    before?.authorId === null || before === undefined ? 'is not known to be made by' : 'was made by somebody else than';
  return new AppError(
    'FORBIDDEN',
    `content: ${activity.object} ${reason} ${activity.actor}; only its author may ${activity.kind.name} it`,
  );
}

/** Making content says at least who made it. */
function creation(activity: Activity): Description {
  return { ...activity.describes, author: activity.describes?.author ?? activity.actor };
}

/** Making content again after it was deleted brings it back. */
function deletion({ kind }: Activity, word: Stamp, before: ContentRow | undefined): Verdict | undefined {
  const last = before?.words.deleted;
  return kind.fact === 'authorship' && isLater(word, last) ? { ...word, deletes: kind.name !== 'create' } : last;
}

/** The last word of trusted senders: that somebody else's content is deleted, or that content is there (again). */
function moderation({ kind, actor }: Activity, word: Stamp, before: ContentRow | undefined): Verdict | undefined {
  const verdict = before?.words.moderated;
  const deletes = kind.name === 'delete' && actor !== before?.authorId;
  const speaks = deletes || kind.name === 'create';
  return speaks && isLater(word, verdict) ? { ...word, deletes } : verdict;
}

function unknownContent(reference: Reference): ContentRow {
  return {
    reference,
    type: parseReference(reference)?.type ?? 'unknown',
    authorId: null,
    tags: [],
    communityId: null,
    replyTo: null,
    title: null,
    url: null,
    visibility: 'public',
    createdAt: null,
    deletedAt: null,
    words: {},
  };
}

function described(before: ContentRow, said: Description, word: Stamp): ContentRow {
  const words: Partial<Record<StatedField, Stamp>> = { ...before.words };
  const last = <Value>(field: StatedField, stated: Value | undefined, known: Value): Value => {
    if (stated === undefined || !isLater(word, words[field])) {
      return known;
    }
    words[field] = word;
    return stated;
  };
  return {
    ...before,
    authorId: last('author', said.author, before.authorId),
    tags: last('tags', said.tags, before.tags),
    communityId: last('community', said.community, before.communityId),
    replyTo: last('replyTo', said.replyTo, before.replyTo),
    title: last('title', said.title, before.title),
    url: last('url', said.url, before.url),
    visibility: last('visibility', said.visibility, before.visibility),
    createdAt: last('createdAt', past(said.createdAt, word), before.createdAt),
    words,
  };
}

/** Nothing was made later than it is spoken of. */
function past(at: number | undefined, word: Stamp): number | undefined {
  return at === undefined ? undefined : Math.min(at, word.at);
}

function structureOf(row: ContentRow): Structure {
  // Keys in order: such an object is its own canonical form.
  return {
    author: row.authorId,
    community: row.communityId,
    createdAt: row.createdAt,
    deletedAt: row.deletedAt,
    object: row.reference,
    replyTo: row.replyTo,
    tags: row.tags,
    visibility: row.visibility,
  };
}
