import { z } from 'zod';
import type { Activity } from '../activity/activity.ts';
import type { Change, Signal } from '../activity/fold-row.ts';
import { referenceTo } from '../activity/reference.ts';
import { AppError } from '../core/errors.ts';
import type { Effect } from './effect.ts';
import { isLater, type Known, putRow, type Stamp, type StandingRow, standingKey } from './known.ts';

/** A request or an acceptance, with the signal that counts while it stands. */
interface Word extends Stamp {
  readonly signal: Signal;
}

/**
 * What was said between two people. Each part is the last word of its sort by (time, uid), and a request or an
 * acceptance stands while it is later than `ended`; so the state depends on what was said and not on the order in which
 * it arrived. A request beside an acceptance that stands changes the request only.
 */
interface Connection {
  /** Requests of the lesser and of the greater id. */
  readonly asked: readonly [Word | null, Word | null];
  readonly accepted: Word | null;
  /** The last decline or removal. */
  readonly ended: Stamp | null;
}

type Side = 0 | 1;

const NOTHING: Connection = { asked: [null, null], accepted: null, ended: null };

// Written by this module only; what is checked is that the column holds what was written.
const storedSchema = z.object({
  words: z.custom<Connection>((value) => typeof value === 'object' && value !== null && 'asked' in value),
});

/** The pair as the table `standing` names it: the lesser id and `user:` with the greater. */
export function pairOf(a: string, b: string): { readonly personId: string; readonly object: string } {
  return a < b ? { personId: a, object: referenceTo('user', b) } : { personId: b, object: referenceTo('user', a) };
}

/**
 * Applies a word about a connection.
 *
 * @returns an error when somebody accepts what they were not asked; a trusted sender may.
 */
export function resolveConnection(
  activity: Activity & { readonly target: string },
  word: Stamp,
  signal: Signal,
  trusted: boolean,
  known: Known,
): Effect | AppError {
  const { actor, target, kind } = activity;
  const pair = pairOf(actor, target);
  const key = standingKey(pair.personId, 'connection', pair.object);
  const before = known.standing.byKey.get(key);
  const connection = before === undefined ? NOTHING : storedSchema.parse(before.value).words;
  const side: Side = actor < target ? 0 : 1;
  if (
    kind.name === 'connection_accept' &&
    !trusted &&
    standing(connection.asked[side === 0 ? 1 : 0], connection) === null
  ) {
    return new AppError('ACTIVITY_INVALID', `target_user_id: ${target} has not asked ${actor} to connect`);
  }
  const said = { ...word, signal };
  const next = nextConnection(connection, kind.name, side, said);
  if (next === undefined) {
    return {};
  }
  const people = side === 0 ? ([actor, target] as const) : ([target, actor] as const);
  putRow(known.standing, key, standingRow(pair, next, before, kind.name, word, people));
  const still = new Set(signalsOf(next).map((counting) => counting.uid));
  return {
    counts: still.has(word.uid),
    takesBack: signalsOf(connection)
      .filter((counting) => !still.has(counting.uid))
      .map((counting) => counting.signal),
    changes: changesOf(next, people, word.at),
  };
}

/** The connection after a word; undefined when a later word of the same sort stands already. */
function nextConnection(before: Connection, kind: string, side: Side, word: Word): Connection | undefined {
  if (kind === 'connection_request') {
    const asked: [Word | null, Word | null] = [...before.asked];
    asked[side] = word;
    return isLater(word, before.asked[side]) ? { ...before, asked } : undefined;
  }
  if (kind === 'connection_accept') {
    return isLater(word, before.accepted) ? { ...before, accepted: word } : undefined;
  }
  return isLater(word, before.ended)
    ? { ...before, ended: { at: word.at, uid: word.uid, position: word.position } }
    : undefined;
}

function standing(word: Word | null, { ended }: Connection): Word | null {
  return word !== null && isLater(word, ended) ? word : null;
}

/** The words whose signals count. */
function signalsOf(connection: Connection): Word[] {
  return [...connection.asked, connection.accepted]
    .map((word) => standing(word, connection))
    .filter((word) => word !== null);
}

type Status = 'requested' | 'accepted' | null;

function statusOf(connection: Connection): readonly [Status, Status] {
  if (standing(connection.accepted, connection) !== null) {
    return ['accepted', 'accepted'];
  }
  const requested = (side: Side): Status =>
    standing(connection.asked[side], connection) === null ? null : 'requested';
  return [requested(0), requested(1)];
}

/** The whole resulting state, both ways. */
function changesOf(connection: Connection, people: readonly [string, string], at: number): readonly Change[] {
  const status = statusOf(connection);
  const since = (side: Side): number => {
    const deciding = status[side] === 'accepted' ? connection.accepted : connection.asked[side];
    return status[side] === null ? at : (deciding?.at ?? at);
  };
  const change = (side: Side): Change => ({
    edge: 'CONNECTED',
    fact: 'connection',
    from: people[side],
    since: since(side),
    to: people[side === 0 ? 1 : 0],
    value: status[side],
  });
  return [change(0), change(1)];
}

function standingRow(
  pair: { readonly personId: string; readonly object: string },
  connection: Connection,
  before: StandingRow | undefined,
  kind: string,
  word: Stamp,
  people: readonly [string, string],
): StandingRow {
  const [lesser, greater] = statusOf(connection);
  const last = isLater(word, before?.word)
    ? { kind, word }
    : { kind: before?.kind ?? kind, word: before?.word ?? word };
  const status = lesser ?? greater;
  const by = decidingPerson(connection, status);
  return {
    ...pair,
    fact: 'connection',
    holds: status !== null,
    ...last,
    value: { by, to: by === null ? null : people[by === people[0] ? 1 : 0], status, words: connection },
    signal: null,
  };
}

/** Who accepted, or who asked last. */
function decidingPerson(connection: Connection, status: Status): string | null {
  if (status === 'accepted') {
    return connection.accepted?.signal.person ?? null;
  }
  const [lesser, greater] = connection.asked.map((word) => standing(word, connection));
  const last = lesser && (!greater || isLater(lesser, greater)) ? lesser : greater;
  return last?.signal.person ?? null;
}
