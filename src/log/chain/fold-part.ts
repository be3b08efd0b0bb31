import type { Activity } from '../../activity/activity.ts';
import type { Change, Signal, Structure } from '../../activity/fold-row.ts';
import { kindNamed } from '../../activity/kinds.ts';
import { parseReference, type Reference } from '../../activity/reference.ts';
import type { Clearing } from './clearing.ts';

/** What a row of `activity_log` says that its activity says itself. */
export interface PlainPart {
  readonly uid: string;
  readonly kind: string;
  /** Null only in a row that was erased. */
  readonly actorId: string | null;
  readonly object: Reference | null;
  readonly targetId: string | null;
  readonly communityId: string | null;
  /** Milliseconds since the epoch. */
  readonly effectiveAt: number;
  readonly fromFuture: boolean;
  readonly durationSeconds: number | null;
  readonly scrollDepthPercentage: number | null;
  readonly positionSeconds: number | null;
}

/**
 * What a row of `activity_log` says of its activity: everything but its place in the log, its salts and its
 * commitments. This is what the fold reads and what the first commitment covers.
 */
export interface FoldPart extends PlainPart {
  /** Author and tags of the object, as known when the row was written. */
  readonly authorId: string | null;
  readonly tags: readonly string[] | null;
  /** Whether the activity's own signal begins with this row. */
  readonly counts: boolean;
  /** The signals that this row takes back, each as it was when it began; with sign −1 those that count again. */
  readonly takesBack: readonly Signal[] | null;
  /** In a row of the log's own kinds also what it cleared. */
  readonly changes: readonly (Change | Clearing)[] | null;
  readonly structure: Structure | null;
}

/** An activity that was received at a time counts from then on at the latest (law 4). */
export function plainPart(activity: Activity, recordedAt: number): PlainPart & { readonly actorId: string } {
  const { occurredAt } = activity;
  const fromFuture = occurredAt !== null && occurredAt > recordedAt;
  return {
    uid: activity.uid,
    kind: activity.kind.name,
    actorId: activity.actor,
    object: activity.object,
    targetId: activity.target,
    communityId: activity.community,
    effectiveAt: occurredAt === null || fromFuture ? recordedAt : occurredAt,
    fromFuture,
    durationSeconds: activity.durationSeconds,
    scrollDepthPercentage: activity.scrollDepthPercentage,
    positionSeconds: activity.positionSeconds,
  };
}

/** Everything of a fold part that the activity's own signal is made of. */
export type SignalPart = Pick<
  FoldPart,
  'kind' | 'object' | 'targetId' | 'effectiveAt' | 'durationSeconds' | 'scrollDepthPercentage' | 'authorId' | 'tags'
> & { readonly actorId: string };

/** The signal of an activity. Making content is a signal of its author, whoever sent the activity. */
export function ownSignal(part: SignalPart): Signal {
  const made = kindNamed(part.kind).fact === 'authorship';
  // Keys in order: such an object is its own canonical form.
  return {
    at: part.effectiveAt,
    author: part.authorId,
    content: engagedWith(part.object),
    durationSeconds: part.durationSeconds,
    kind: part.kind,
    person: made ? (part.authorId ?? part.actorId) : part.actorId,
    scrollDepthPercentage: part.scrollDepthPercentage,
    sign: 1,
    tags: part.tags ?? [],
    target: part.targetId,
  };
}

/** Content, or a community; people and tags are named by other fields. */
function engagedWith(object: Reference | null): Reference | null {
  const type = object === null ? undefined : parseReference(object)?.type;
  return type === undefined || type === 'user' || type === 'tag' ? null : object;
}

/** The signals of a row in the order in which they are folded: what ends before what begins. */
export function signalsOf(part: SignalPart & Pick<FoldPart, 'counts' | 'takesBack'>): Signal[] {
  const ended = takenBack(part);
  return part.counts ? [...ended, ownSignal(part)] : ended;
}

/** What a row takes back, as the signals that do so. */
export function takenBack({ takesBack }: Pick<FoldPart, 'takesBack'>): Signal[] {
  return (takesBack ?? []).map((signal) => ({ ...signal, sign: signal.sign === 1 ? -1 : 1 }));
}
