import type { Activity } from '../../activity/activity.ts';
import type { Signal } from '../../activity/fold-row.ts';
import { MAX_ID_LENGTH, parseReference, type Reference, referenceTo } from '../../activity/reference.ts';
import type { Effect } from './effect.ts';
import { isLater, type Known, putRow, RETRACTED, type Stamp, type StandingRow, standingKey } from './known.ts';

/**
 * The fact that a comment is what an activity brought: it has no person, its object is the comment, its uid that of the
 * activity. Not a fact of the vocabulary.
 */
export const COMMENTED = 'commented';

/** The comment that commenting brought, as `comment_uid` in its metadata says; undefined when it does not say. */
export function commentBrought({ kind, metadata }: Activity): Reference | undefined {
  const { comment_uid: uid } = metadata;
  if ((kind.name !== 'comment' && kind.name !== 'reply') || (typeof uid !== 'string' && typeof uid !== 'number')) {
    return undefined;
  }
  const id = String(uid);
  return id !== '' && id.length <= MAX_ID_LENGTH && /^\P{Cc}+$/u.test(id) ? referenceTo('comment', id) : undefined;
}

/** The comment whose fact an activity may change. */
export function commentConcerned(activity: Activity): Reference | undefined {
  const deletes = activity.kind.name === 'delete' && parseReference(activity.object ?? '')?.type === 'comment';
  return deletes && activity.object !== null ? activity.object : commentBrought(activity);
}

export function commentKey(comment: Reference): Pick<StandingRow, 'personId' | 'fact' | 'object'> {
  return { personId: '', fact: COMMENTED, object: comment };
}

const keyOf = (comment: Reference): string => standingKey('', COMMENTED, comment);

/**
 * Commenting counts as long as the comment is there. Of one comment the later word counts, and of a comment that was
 * deleted later none. Who did not make the comment has no word on it: theirs is a comment like any other.
 */
export function resolveComment(
  activity: Activity,
  comment: Reference,
  { word, own }: { readonly word: Stamp; readonly own: Signal },
  known: Known,
): Effect {
  const content = known.content.byKey.get(comment);
  if (content !== undefined && content.authorId !== activity.actor) {
    return { counts: true };
  }
  const before = known.standing.byKey.get(keyOf(comment));
  const theirs = content !== undefined || before?.signal == null || before.signal.person === activity.actor;
  if (!theirs) {
    return { counts: true };
  }
  const deletions = [content?.words.deleted, content?.words.moderated].filter((verdict) => verdict?.deletes === true);
  if (!isLater(word, before?.word) || deletions.some((verdict) => !isLater(word, verdict))) {
    return { counts: false };
  }
  putRow(known.standing, keyOf(comment), {
    ...commentKey(comment),
    holds: true,
    kind: activity.kind.name,
    value: null,
    word,
    signal: own,
  });
  const stale = before?.signal?.person === activity.actor ? signalLeft(before, known) : [];
  return { counts: true, takesBack: stale };
}

/** What ends with a comment that is deleted, whoever deletes it: the signal of its author's commenting, once. */
export function endComment(comment: Reference, word: Stamp, known: Known): readonly Signal[] {
  const before = known.standing.byKey.get(keyOf(comment));
  if (before === undefined || !isLater(word, before.word)) {
    return [];
  }
  const ended = signalLeft(before, known);
  putRow(known.standing, keyOf(comment), { ...before, holds: false, kind: 'delete', word, signal: null });
  for (const { person } of ended) {
    const fact = { personId: person, fact: RETRACTED, object: before.word.uid };
    const row = { ...fact, holds: true, kind: 'delete', value: null, word, signal: null };
    putRow(known.standing, standingKey(fact.personId, fact.fact, fact.object), row);
  }
  return ended;
}

/** The signal of a comment's fact, unless its activity was retracted. */
function signalLeft({ holds, signal, word }: StandingRow, known: Known): readonly Signal[] {
  if (!holds || signal === null || known.standing.byKey.has(standingKey(signal.person, RETRACTED, word.uid))) {
    return [];
  }
  return [signal];
}
