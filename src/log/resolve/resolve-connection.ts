import { z } from 'zod';
import type { Activity } from '../../activity/activity.ts';
import type { Change, Signal } from '../../activity/fold-row.ts';
import { parseReference, referenceTo } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import type { Effect } from './effect.ts';
import { isLater, type Known, putRow, type Stamp, type StandingRow, standingKey } from './known.ts';

/** A request or an acceptance, with the signal that counts while it stands. */
interface Word extends Stamp {
  readonly signal: Signal;
}

interface Acceptance extends Word {
  /** Not of a trusted sender: it counts only together with a request of the other person. */
  readonly needsRequest?: boolean | undefined;
}

type Side = 0 | 1;

/**
 * What was said between two people since it was last ended, each list in order of (time, uid). What stands is computed
 * from all of it, so the state depends on what was said and not on the order in which it arrived. What is not later than
 * `ended` can never count again and is dropped.
 */
interface Connection {
  /** Requests of the lesser and of the greater id. */
  readonly asked: readonly [readonly Word[], readonly Word[]];
  readonly accepted: readonly Acceptance[];
  /** The last decline or removal. */
  readonly ended: Stamp | null;
}

/** Nobody asks so often before an answer; of more than this the oldest are forgotten. */
const MAX_WORDS = 16;

const NOTHING: Connection = { asked: [[], []], accepted: [], ended: null };

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
  const people = actor < target ? ([actor, target] as const) : ([target, actor] as const);
  const said: Acceptance = trusted ? { ...word, signal } : { ...word, signal, needsRequest: true };
  if (kind.name === 'connection_accept' && !isAnswer(said, connection, people)) {
    return new AppError('ACTIVITY_INVALID', `target_user_id: ${target} has not asked ${actor} to connect`);
  }
  const next = nextConnection(connection, kind.name, actor === people[0] ? 0 : 1, said);
  if (next === undefined) {
    return {};
  }
  putRow(known.standing, key, standingRow(pair, next, before, kind.name, word, people));
  const [counted, counts] = [signalsOf(connection, people), signalsOf(next, people)];
  const without = (words: readonly Word[], others: readonly Word[]): Word[] =>
    words.filter(({ uid }) => !others.some((other) => other.uid === uid));
  return {
    counts: counts.some(({ uid }) => uid === word.uid),
    takesBack: [
      ...without(counted, counts).map((ended) => ended.signal),
      // Taking back what was taken back: an acceptance counts again when the request it answers arrives late.
      ...without(counts, [...counted, said]).map((again): Signal => ({ ...again.signal, sign: -1 })),
    ],
    changes: changesOf(next, people, word.at),
  };
}

/** The connection after a word; undefined when it was ended later. */
function nextConnection(before: Connection, kind: string, side: Side, word: Acceptance): Connection | undefined {
  const { asked, accepted, ended } = before;
  if (!isLater(word, ended)) {
    return undefined;
  }
  if (kind === 'connection_request') {
    const { needsRequest: _, ...request } = word;
    const own = inserted(asked[side], request);
    return { ...before, asked: side === 0 ? [own, asked[1]] : [asked[0], own] };
  }
  if (kind === 'connection_accept') {
    return { ...before, accepted: inserted(accepted, word) };
  }
  const end: Stamp = { at: word.at, uid: word.uid, position: word.position };
  const later = <Item extends Word>(words: readonly Item[]): Item[] => words.filter((one) => isLater(one, end));
  return { asked: [later(asked[0]), later(asked[1])], accepted: later(accepted), ended: end };
}

function inserted<Item extends Word>(words: readonly Item[], word: Item): readonly Item[] {
  const at = words.findLastIndex((one) => isLater(word, one)) + 1;
  return words.toSpliced(at, 0, word).slice(-MAX_WORDS);
}

type People = readonly [string, string];

/** Whether the other person asked since the connection was last ended, and not after the acceptance. */
function isAnswer({ at, needsRequest, signal }: Acceptance, { asked }: Connection, people: People): boolean {
  const others = asked[signal.person === people[0] ? 1 : 0];
  return needsRequest !== true || others.some((request) => request.at <= at);
}

function lastAcceptance(connection: Connection, people: People): Acceptance | undefined {
  return connection.accepted.findLast((acceptance) => isAnswer(acceptance, connection, people));
}

/** The words whose signals count. */
function signalsOf(connection: Connection, people: People): Word[] {
  const [lesser, greater] = connection.asked;
  return [lesser.at(-1), greater.at(-1), lastAcceptance(connection, people)].filter((word) => word !== undefined);
}

type Status = 'requested' | 'accepted' | null;

function statusOf(connection: Connection, people: People): readonly [Status, Status] {
  if (lastAcceptance(connection, people) !== undefined) {
    return ['accepted', 'accepted'];
  }
  const requested = (side: Side): Status => (connection.asked[side].length === 0 ? null : 'requested');
  return [requested(0), requested(1)];
}

/** The whole resulting state, both ways. */
function changesOf(connection: Connection, people: People, at: number): readonly Change[] {
  const status = statusOf(connection, people);
  const since = (side: Side): number => {
    const deciding = status[side] === 'accepted' ? lastAcceptance(connection, people) : connection.asked[side].at(-1);
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
  people: People,
): StandingRow {
  const [lesser, greater] = statusOf(connection, people);
  const last = isLater(word, before?.word)
    ? { kind, word }
    : { kind: before?.kind ?? kind, word: before?.word ?? word };
  const status = lesser ?? greater;
  const by = decidingPerson(connection, status, people);
  return {
    ...pair,
    fact: 'connection',
    holds: status !== null,
    ...last,
    value: { by, to: by === null ? null : people[by === people[0] ? 1 : 0], status, words: connection },
    signal: null,
  };
}

/** All signals of the words about a connection, whether they count or not. */
export function connectionSignals(row: StandingRow): Signal[] {
  const words = wordsOf(row);
  return words === undefined ? [] : [...words.asked.flat(), ...words.accepted].map(({ signal }) => signal);
}

/** The signals that count while a connection stands as it does. */
export function countedSignals(row: StandingRow): readonly Signal[] {
  const words = wordsOf(row);
  return words === undefined ? [] : signalsOf(words, peopleOf(row)).map(({ signal }) => signal);
}

/** What a connection is in the graph, both ways; nothing when the row does not hold. */
export function connectionChanges(row: StandingRow): readonly Change[] {
  const words = wordsOf(row);
  const stands = row.holds && words !== undefined ? words : NOTHING;
  return changesOf(stands, peopleOf(row), row.word.at);
}

export function withConnectionSignals(row: StandingRow, rename: (signal: Signal) => Signal): StandingRow {
  const words = wordsOf(row);
  if (words === undefined) {
    return row;
  }
  const renamed = <Item extends Word>(all: readonly Item[]): Item[] =>
    all.map((word) => ({ ...word, signal: rename(word.signal) }));
  const asked = [renamed(words.asked[0]), renamed(words.asked[1])] as const;
  return { ...row, value: { ...Object(row.value), words: { ...words, asked, accepted: renamed(words.accepted) } } };
}

/** The same connection between people with other ids. */
export function renamedConnection(
  row: StandingRow,
  rename: (signal: Signal) => Signal,
  nameOf: (id: string) => string,
): StandingRow {
  const [lesser, greater] = peopleOf(row);
  const pair = pairOf(nameOf(lesser), nameOf(greater));
  const renamed = withConnectionSignals(row, rename);
  const words = wordsOf(renamed);
  const { by = null, to = null, status = null } = Object(row.value) as Record<string, string | null | undefined>;
  const turned = pair.personId !== nameOf(lesser);
  return {
    ...renamed,
    ...pair,
    value: {
      by: by === null ? null : nameOf(by),
      to: to === null ? null : nameOf(to),
      status,
      words: words !== undefined && turned ? { ...words, asked: [words.asked[1], words.asked[0]] } : words,
    },
  };
}

function wordsOf({ value }: StandingRow): Connection | undefined {
  const stored = storedSchema.safeParse(value);
  return stored.success ? stored.data.words : undefined;
}

function peopleOf({ personId, object }: StandingRow): People {
  return [personId, parseReference(object)?.id ?? ''];
}

/** Who accepted, or who asked last. */
function decidingPerson(connection: Connection, status: Status, people: People): string | null {
  if (status === 'accepted') {
    return lastAcceptance(connection, people)?.signal.person ?? null;
  }
  const [lesser, greater] = [connection.asked[0].at(-1), connection.asked[1].at(-1)];
  const last = lesser && (!greater || isLater(lesser, greater)) ? lesser : greater;
  return last?.signal.person ?? null;
}
