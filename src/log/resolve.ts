import type { Activity } from '../activity/activity.ts';
import type { Signal } from '../activity/fold-row.ts';
import { kindNamed } from '../activity/kinds.ts';
import { AppError } from '../core/errors.ts';
import type { Effect } from './effect.ts';
import { type FoldPart, ownSignal, type SignalPart } from './fold-part.ts';
import { type Known, putRow, type Stamp, standingKey } from './known.ts';
import { resolveConnection } from './resolve-connection.ts';
import { describesContent, resolveContent } from './resolve-content.ts';
import { describesPerson, resolvePerson } from './resolve-person.ts';
import { resolveInterests, resolveStanding } from './resolve-standing.ts';

/** The fact that an activity was retracted; its object is the activity's uid. Not a fact of the vocabulary. */
export const RETRACTED = 'retracted';

/**
 * Decides what one activity changes, from the activity and what is known, and enters the outcome into what is known.
 * Pure but for that: the same activities in the same order give the same rows.
 *
 * @returns an error for what only the log can tell; then nothing was entered.
 */
export function resolveActivity(
  activity: Activity,
  { trusted, recordedAt, position }: { trusted: boolean; recordedAt: number; position: number },
  known: Known,
): FoldPart | AppError {
  const effectiveAt = Math.min(activity.occurredAt ?? recordedAt, recordedAt);
  const timed = activity.occurredAt !== null && activity.occurredAt <= recordedAt;
  const word: Stamp = { at: effectiveAt, uid: activity.uid, ...(timed ? {} : { position }) };
  const structure = describesContent(activity) ? resolveContent(activity, word, trusted, known) : null;
  if (structure instanceof AppError) {
    return structure;
  }
  const part = {
    ...plainPart(activity, effectiveAt, recordedAt),
    ...objectAsKnown(activity, trusted, known),
    structure,
  };
  const effect = effectOf(activity, part, word, trusted, known);
  if (effect instanceof AppError) {
    return effect;
  }
  if (describesPerson(activity)) {
    resolvePerson(activity, effectiveAt, known);
  }
  return {
    ...part,
    counts: effect.counts ?? false,
    takesBack: filled(effect.takesBack),
    changes: filled(effect.changes),
  };
}

function filled<Item>(list: readonly Item[] | undefined): readonly Item[] | null {
  return list === undefined || list.length === 0 ? null : list;
}

function plainPart(activity: Activity, effectiveAt: number, recordedAt: number) {
  return {
    uid: activity.uid,
    kind: activity.kind.name,
    actorId: activity.actor,
    object: activity.object,
    targetId: activity.target,
    communityId: activity.community,
    effectiveAt,
    fromFuture: activity.occurredAt !== null && activity.occurredAt > recordedAt,
    durationSeconds: activity.durationSeconds,
    scrollDepthPercentage: activity.scrollDepthPercentage,
    positionSeconds: activity.positionSeconds,
  };
}

/** Author and tags are looked up for activities that begin a signal; their own tags count where they may state any. */
export function needsContent({ object, kind }: Activity): boolean {
  return object !== null && (kind.describes === true || (kind.feeds.length > 0 && kind.nature !== 'record'));
}

function objectAsKnown(activity: Activity, trusted: boolean, known: Known): Pick<FoldPart, 'authorId' | 'tags'> {
  const { kind, object, tags: own } = activity;
  const begins = kind.nature === 'repeatable' || kind.nature === 'standing';
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
  part: SignalPart,
  word: Stamp,
  trusted: boolean,
  known: Known,
): Effect | AppError {
  const { kind, target } = activity;
  const own = (): Signal => ownSignal(part);
  if (activity.retracts !== null && kind.name === 'retract') {
    return resolveRetraction({ ...activity, retracts: activity.retracts }, word, known);
  }
  switch (kind.fact) {
    case undefined:
      return { counts: kind.nature === 'repeatable' };
    case 'interest':
      return resolveInterests(activity, word, known);
    case 'connection':
      return target === null ? {} : resolveConnection({ ...activity, target }, word, own(), trusted, known);
    default:
      return resolveStanding(activity, kind.fact, word, own(), known);
  }
}

/** A retraction takes back the signal of one repeatable activity of the same person, once. */
function resolveRetraction(
  activity: Activity & { readonly retracts: string },
  word: Stamp,
  known: Known,
): Effect | AppError {
  const { actor, retracts } = activity;
  const earlier = known.earlier.get(retracts);
  if (earlier?.actorId !== actor) {
    return new AppError('ACTIVITY_INVALID', `activity_id: ${actor} has no activity with this id`);
  }
  const { nature } = kindNamed(earlier.kind);
  if (nature !== 'repeatable') {
    return new AppError(
      'ACTIVITY_INVALID',
      `activity_id: ${earlier.kind} cannot be retracted; ${nature === 'standing' ? 'send the kind that takes it back' : 'it left no signal'}`,
    );
  }
  const key = standingKey(actor, RETRACTED, retracts);
  if (known.standing.byKey.has(key)) {
    return {};
  }
  const row = { personId: actor, fact: RETRACTED, object: retracts, holds: true, kind: 'retract', word };
  putRow(known.standing, key, { ...row, value: null, signal: null });
  return { takesBack: [ownSignal({ ...earlier, actorId: actor })] };
}
