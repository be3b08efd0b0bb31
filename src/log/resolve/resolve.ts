import type { Activity } from '../../activity/activity.ts';
import type { Signal } from '../../activity/fold-row.ts';
import { findKind } from '../../activity/kinds.ts';
import { AppError } from '../../core/errors.ts';
import { type FoldPart, ownSignal, type PlainPart } from '../chain/fold-part.ts';
import { refusedAsSelf } from './aliases.ts';
import { refusedByCommunity } from './communities.ts';
import type { Effect } from './effect.ts';
import { type Known, putRow, RETRACTED, type Stamp, standingKey } from './known.ts';
import { resolveAlias } from './resolve-alias.ts';
import { commentBrought, commentConcerned, endComment, resolveComment } from './resolve-comment.ts';
import { resolveConnection } from './resolve-connection.ts';
import { describesContent, resolveContent } from './resolve-content.ts';
import { resolveMeasure } from './resolve-measure.ts';
import { describesPerson, resolvePerson } from './resolve-person.ts';
import { resolveInterests, resolveStanding } from './resolve-standing.ts';

/**
 * Decides what one activity changes, from the activity and what is known, and enters the outcome into what is known.
 * Pure but for that: the same activities in the same order give the same rows.
 *
 * @returns an error for what only the log can tell; then nothing was entered.
 */
export function resolveActivity(
  activity: Activity,
  { trusted, plain, position }: { trusted: boolean; plain: PlainPart; position: number },
  known: Known,
): FoldPart | AppError {
  const { effectiveAt } = plain;
  const timed = activity.occurredAt !== null && !plain.fromFuture;
  const word: Stamp = timed ? { at: effectiveAt, uid: activity.uid } : { at: effectiveAt, uid: activity.uid, position };
  const refused = refusedAsSelf(activity) ?? refusedByCommunity(activity, trusted, known);
  if (refused !== undefined) {
    return refused;
  }
  if (!activity.success) {
    return { ...plain, ...NOTHING_CHANGED };
  }
  const structure = describesContent(activity) ? resolveContent(activity, word, trusted, known) : null;
  if (structure instanceof AppError) {
    return structure;
  }
  const { authorId, tags } = objectAsKnown(activity, trusted, known);
  const own = (): Signal => ownSignal({ ...plain, actorId: activity.actor, authorId, tags });
  const effect = effectOf(activity, own, word, trusted, known);
  if (effect instanceof AppError) {
    return effect;
  }
  if (describesPerson(activity)) {
    resolvePerson(activity, word, known);
  }
  // Written out: copying by spread takes several times as long, and this is done under the lock.
  return {
    uid: plain.uid,
    kind: plain.kind,
    actorId: plain.actorId,
    object: plain.object,
    targetId: plain.targetId,
    communityId: plain.communityId,
    effectiveAt,
    fromFuture: plain.fromFuture,
    durationSeconds: plain.durationSeconds,
    scrollDepthPercentage: plain.scrollDepthPercentage,
    positionSeconds: plain.positionSeconds,
    authorId,
    tags,
    counts: effect.counts ?? false,
    takesBack: filled(effect.takesBack),
    changes: filled(effect.changes),
    structure,
  };
}

/** What failed is kept, and changes nothing. */
const NOTHING_CHANGED = {
  authorId: null,
  tags: null,
  counts: false,
  takesBack: null,
  changes: null,
  structure: null,
} as const;

function filled<Item>(list: readonly Item[] | undefined): readonly Item[] | null {
  return list === undefined || list.length === 0 ? null : list;
}

/** Author and tags are looked up for activities that begin a signal; their own tags count where they may state any. */
export function needsContent({ object, kind }: Activity): boolean {
  return object !== null && (kind.describes === true || (kind.feeds.length > 0 && kind.nature !== 'record'));
}

function objectAsKnown(activity: Activity, trusted: boolean, known: Known): Pick<FoldPart, 'authorId' | 'tags'> {
  const { kind, object, tags: own } = activity;
  const begins = kind.nature !== 'record' && kind.nature !== 'takes-back';
  const looksUp = begins && object !== null && needsContent(activity);
  const content = looksUp ? (known.content.byKey.get(object) ?? known.objects.get(object)) : undefined;
  const authorId = kind.name === 'create' ? makerOf(activity) : (content?.authorId ?? null);
  const states = kind.describes === true || kind.table === 'user_activity' || (trusted && own.length > 0);
  return { authorId, tags: states ? filled(own) : (content?.tags ?? null) };
}

/** Making something is a signal of who made it, even if a later word, which came earlier, names another author. */
function makerOf({ describes, actor }: Activity): string {
  return describes?.author ?? actor;
}

function effectOf(
  activity: Activity,
  own: () => Signal,
  word: Stamp,
  trusted: boolean,
  known: Known,
): Effect | AppError {
  const { kind, target } = activity;
  if (kind.name === 'alias') {
    return resolveAlias(activity, trusted, known);
  }
  if (activity.retracts !== null && kind.name === 'retract') {
    return resolveRetraction({ ...activity, retracts: activity.retracts }, word, known);
  }
  switch (kind.fact) {
    case undefined:
      return resolveCounted(activity, own, word, known);
    case 'interest':
      return resolveInterests(activity, word, known);
    case 'connection':
      return target === null ? {} : resolveConnection({ ...activity, target }, word, own(), trusted, known);
    default:
      return withComment(activity, word, resolveStanding(activity, kind.fact, word, own(), known), known);
  }
}

function resolveCounted(activity: Activity, own: () => Signal, word: Stamp, known: Known): Effect {
  const { kind } = activity;
  const comment = commentBrought(activity);
  if (comment !== undefined) {
    return resolveComment(activity, comment, { word, own: own() }, known);
  }
  return kind.nature === 'measured'
    ? resolveMeasure(activity, word, own(), known)
    : { counts: kind.nature === 'repeatable' };
}

/** Deleting a comment also ends what commenting brought. */
function withComment(activity: Activity, word: Stamp, effect: Effect, known: Known): Effect {
  const comment = commentConcerned(activity);
  return comment === undefined
    ? effect
    : { ...effect, takesBack: [...(effect.takesBack ?? []), ...endComment(comment, word, known)] };
}

const WHY_NOT_RETRACTED = {
  standing: 'send the kind that takes it back',
  measured: 'it is one signal with all that was measured of its visit',
  record: 'it left no signal',
  'takes-back': 'it left no signal',
} as const;

/** A retraction takes back the signal of one repeatable activity of the same person, once. */
function resolveRetraction(
  activity: Activity & { readonly retracts: string },
  word: Stamp,
  known: Known,
): Effect | AppError {
  const { actor, retractsListed } = activity;
  // Named by the id under which it was sent, or by the uid that lists show.
  const byUid = retractsListed !== null && !known.earlier.has(activity.retracts) && known.earlier.has(retractsListed);
  const retracts = byUid ? retractsListed : activity.retracts;
  const earlier = known.earlier.get(retracts);
  if (earlier?.actorId !== actor) {
    return new AppError('ACTIVITY_INVALID', `activity_id: ${actor} has no activity with this id`);
  }
  const nature = findKind(earlier.kind)?.kind.nature;
  if (nature === undefined) {
    return new AppError(
      'ACTIVITY_INVALID',
      `activity_id: ${earlier.kind} is of a later version, and is not known here`,
    );
  }
  if (nature !== 'repeatable') {
    return new AppError(
      'ACTIVITY_INVALID',
      `activity_id: ${earlier.kind} cannot be retracted; ${WHY_NOT_RETRACTED[nature]}`,
    );
  }
  const key = standingKey(actor, RETRACTED, retracts);
  if (known.standing.byKey.has(key)) {
    return {};
  }
  const row = { personId: actor, fact: RETRACTED, object: retracts, holds: true, kind: 'retract', word };
  putRow(known.standing, key, { ...row, value: null, signal: null });
  return earlier.counts ? { takesBack: [ownSignal({ ...earlier, actorId: actor })] } : {};
}
