import type { Activity } from '../../activity/activity.ts';
import { type Change, CIRCLES, type Circle, type Signal } from '../../activity/fold-row.ts';
import { SUPPRESSING_FACTS, type SuppressingFact } from '../../activity/kinds.ts';
import { parseReference, type Reference, referenceTo } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import { type Aliases, renamedReference, renamedSignal } from './aliases.ts';
import type { Effect } from './effect.ts';
import { isLater, type Known, putRow, type StandingRow, standingKey } from './known.ts';
import { connectionChanges, countedSignals, renamedConnection } from './resolve-connection.ts';
import { joinedMeasures } from './resolve-measure.ts';

/** So many facts and contents of an old id are given to another at most: all else waits for the lock meanwhile. */
export const MOST_JOINED = 10_000;

/**
 * Whether an alias makes two people one: `same` when they are so already.
 *
 * @returns the refusal when the sender may not say so, or when the old id is already somebody else.
 */
export function joining(activity: Activity, trusted: boolean, aliases: Aliases): 'joins' | 'same' | AppError {
  const { actor, target } = activity;
  if (!trusted) {
    return new AppError('FORBIDDEN', 'alias: only a service or an administrator says that two ids are one person');
  }
  const known = target === null ? undefined : aliases.get(target);
  if (target === actor || known === actor) {
    return 'same';
  }
  return known === undefined
    ? 'joins'
    : new AppError('ACTIVITY_INVALID', `target_user_id: ${target} is one person with another id already`);
}

/**
 * Makes the facts of one id those of the other, of each the later word, and lists what that changes. What both stated
 * counts once: the signal of the earlier word is taken back. What was measured of one visit is one measure. What the two said of each other is over.
 */
export function resolveAlias(activity: Activity, trusted: boolean, known: Known): Effect | AppError {
  const { actor: to, target: from } = activity;
  const decision = joining(activity, trusted, known.aliases);
  if (decision instanceof AppError) {
    return decision;
  }
  if (decision === 'same' || from === null) {
    return {};
  }
  if (known.tooMuchToJoin === true) {
    return new AppError(
      'ACTIVITY_INVALID',
      `target_user_id: ${from} has more than ${MOST_JOINED} likes, follows, posts and other facts; give the id that has fewer as the old one`,
    );
  }
  const renaming: Aliases = new Map([[from, to]]);
  const takesBack: Signal[] = [];
  const changes: Change[] = [];
  for (const [key, row] of [...known.standing.byKey]) {
    if (row.personId !== from && row.object !== referenceTo('user', from)) {
      continue;
    }
    const moved = renamedRow(row, renaming);
    const movedKey = standingKey(moved.personId, moved.fact, moved.object);
    const outcome = outcomeOf(row, moved, known.standing.byKey.get(movedKey));
    putRow(known.standing, key, { ...row, holds: false, value: null, signal: null });
    if (outcome.stands !== undefined) {
      putRow(known.standing, movedKey, outcome.stands);
    }
    takesBack.push(...outcome.takesBack);
    changes.push(...(row.holds ? ended(row) : []), ...outcome.changes);
  }
  return { takesBack, changes: [...changes, { edge: 'ALIAS', from, to }] };
}

interface Outcome {
  /** What is written in the place of the other word; absent: that stays. */
  readonly stands?: StandingRow;
  readonly takesBack: readonly Signal[];
  readonly changes: readonly Change[];
}

/** What becomes of a fact that has the new id in it now, beside what that one said itself. */
function outcomeOf(row: StandingRow, moved: StandingRow, other: StandingRow | undefined): Outcome {
  const ofOneself = moved.object === referenceTo('user', moved.personId);
  const measured = other?.holds ? joinedMeasures(...inOrder(moved, other)) : undefined;
  if (measured !== undefined && other !== undefined) {
    const takesBack = [...signalsOf(row), ...signalsOf(other), ...signalsOf(measured).map(counting)];
    return { stands: measured, takesBack, changes: [] };
  }
  if (ofOneself || !isLater(moved.word, other?.word)) {
    return { takesBack: signalsOf(row), changes: [] };
  }
  return {
    stands: moved,
    takesBack: other === undefined ? [] : signalsOf(other),
    changes: moved.holds || other?.holds ? changesOf(moved) : [],
  };
}

function inOrder(a: StandingRow, b: StandingRow): [StandingRow, StandingRow] {
  return isLater(a.word, b.word) ? [b, a] : [a, b];
}

/** Taken back from what is taken back: it counts. */
const counting = (signal: Signal): Signal => ({ ...signal, sign: -1 });

/** A fact with other ids in it. */
export function renamedRow(row: StandingRow, renaming: Aliases): StandingRow {
  if (row.fact === 'connection') {
    return renamedConnection(
      row,
      (signal) => renamedSignal(signal, renaming),
      (id) => renaming.get(id) ?? id,
    );
  }
  return {
    ...row,
    personId: renaming.get(row.personId) ?? row.personId,
    object: renamedReference(row.object, renaming),
    signal: row.signal === null ? null : renamedSignal(row.signal, renaming),
  };
}

/** What counts while the fact holds. */
function signalsOf(row: StandingRow): readonly Signal[] {
  if (!row.holds) {
    return [];
  }
  return row.fact === 'connection' ? countedSignals(row) : row.signal === null ? [] : [row.signal];
}

function ended(row: StandingRow): readonly Change[] {
  return changesOf({ ...row, holds: false, value: row.fact === 'connection' ? row.value : null });
}

/** A fact of the graph as a row states it. Keys in order: such objects are their own canonical form. */
function changesOf(row: StandingRow): readonly Change[] {
  const { personId: from, fact, object, holds, word } = row;
  const named = parseReference(object)?.id ?? object;
  if (isSuppressing(fact)) {
    return [{ at: word.at, edge: 'SUPPRESSED', from, on: holds, reason: fact, to: object as Reference }];
  }
  switch (fact) {
    case 'join':
      return [{ edge: 'MEMBER_OF', from, on: holds, since: word.at, to: named }];
    case 'follow':
      return [{ edge: 'CONNECTED', fact, from, since: word.at, to: named, value: holds ? true : null }];
    case 'circle':
      return [{ edge: 'CONNECTED', fact, from, since: word.at, to: named, value: holds ? circleIn(row.value) : null }];
    case 'interest':
      return [{ declared: holds, edge: 'INTERESTED_IN', from, to: named }];
    case 'connection':
      return connectionChanges(row);
    default:
      return [];
  }
}

function isSuppressing(fact: string): fact is SuppressingFact {
  return (SUPPRESSING_FACTS as readonly string[]).includes(fact);
}

function circleIn(value: unknown): Circle | null {
  return CIRCLES.find((circle) => circle === value) ?? null;
}
