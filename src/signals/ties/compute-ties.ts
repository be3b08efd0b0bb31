import type { Ranking } from '../../activity/ranking.ts';
import type { Graph, GraphTransaction } from '../../graph/graph.ts';
import { lockProjection } from '../../graph/projection/projection.ts';
import type { OnSkipped } from '../sparing.ts';
import { type PlannedTie, planTies, planTiesBack, type TiePlan } from './plan-ties.ts';
import { type Between, deleteTies, noteContacts, tiesOfPerson, trimTies, writeTies } from './tie-queries.ts';

/**
 * What one person's ties may cost. All of these are chosen so that ordinary people are far below them.
 *
 * - `keep`, `keepIndirect`: most ties of a person, and most of those that rest on what two have in common alone. Direct
 *   ones go before all others, then the strongest.
 * - `maxBetween`, `maxContacts`: acquaintances in common are looked for among so many of those one deals with most, and
 *   nobody with more contact edges than that is one.
 * - `maxContents`, `maxEngagers`: likewise for content: so much of what one engages with most, and nothing that more
 *   people than that engaged with.
 * - `maxFriends`, `maxConnections`: likewise for accepted connections, the newest first.
 * - `maxIncoming`: of somebody whom more people than that turn to, what came in is not read.
 * - `limit`: most people that one question answers with.
 */
export const TIE_CAPS = {
  keep: 200,
  keepIndirect: 20,
  maxBetween: 50,
  maxContacts: 400,
  maxContents: 50,
  maxEngagers: 100,
  maxFriends: 100,
  maxConnections: 500,
  maxIncoming: 5_000,
  limit: 400,
} as const;

/** Weights below this are the rounding of signals that were taken back. */
const LEAST_WEIGHT = 1e-9;
/** The projector waits while they are written: 500 at once took up to 180 ms, and everybody's next page waited with it. */
const WRITES_PER_TRANSACTION = 50;

export interface TiePorts {
  readonly graph: Graph;
  readonly ranking: Ranking;
  readonly caps?: Partial<Record<keyof typeof TIE_CAPS, number>>;
  /** Told of a person whose ties could not be computed. */
  readonly onSkipped?: OnSkipped;
}

/** How many contact edges somebody had. */
export interface Contacts {
  readonly person: string;
  readonly contacts: number;
}

export interface TiesDone {
  readonly people: number;
  readonly written: number;
  readonly deleted: number;
}

/**
 * Computes the ties of these people as of `now`, and with `back` also the ties that others have to them. Whatever is
 * stored and has faded to just what is due stays untouched.
 *
 * Reading and writing are apart, and nothing is locked in between: a tie is derived, and whatever changes meanwhile
 * touches the person again.
 *
 * @throws AppError `GRAPH_UNAVAILABLE`
 */
export async function computeTies(
  { graph, ranking, caps: given }: TiePorts,
  people: readonly string[],
  { now, back }: { readonly now: number; readonly back: boolean },
): Promise<TiesDone> {
  const caps = { ...TIE_CAPS, ...given };
  const halfLifeMs = ranking.halfLifeMs.INTERACTED;
  const kept = { keep: caps.keep, keepIndirect: caps.keepIndirect };
  const settings = { now, halfLifeMs, constants: ranking.ties, ...kept };
  const found = await readBetween(graph, ranking, caps, people, now);
  const plans = found.flatMap(({ person, rows }): TiePlan[] => {
    const own = planTies(person, rows, settings);
    // Of somebody too popular to read all of, nothing is known of those who were not read.
    const seesAll = rows.every(({ complete }) => complete);
    return back && seesAll ? [own, planTiesBack(person, rows, own, settings)] : [own];
  });
  const writes = latestOf(plans.flatMap((plan) => plan.write));
  const deletes = plans.flatMap((plan) => plan.delete);
  const write = locked(graph, ranking);
  await inBatches(deletes, (rows) => write(deleteTies, { rows: [...rows], now }));
  await inBatches(writes, (rows) => write(writeTies, { rows: [...rows] }));
  const changed = [...new Set([...people, ...(back ? writes.map(({ from }) => from) : [])])];
  await inBatches(changed, async (some) => {
    await write(trimTies, { people: [...some], now, halfLifeMs, ...kept });
  });
  return { people: found.length, written: writes.length, deleted: deletes.length };
}

/**
 * Notes how many contacts people had when they were read, once all ties that hang on it are computed: what changed
 * since, and what was cut off before, is found to have changed again.
 */
export async function noteContactsOf({ graph, ranking }: TiePorts, rows: readonly Contacts[]): Promise<void> {
  await inBatches(rows, (some) => locked(graph, ranking)(noteContacts, { rows: [...some] }));
}

/**
 * Runs a query in a transaction that takes the lock of the projection first. A tie is made under locks of both its
 * people, which the projector takes too, in an order of its own: to wait a moment is better than a deadlock.
 */
function locked(graph: Graph, ranking: Ranking): GraphTransaction['run'] {
  return (query, params) =>
    graph.write(async (tx) => {
      await lockProjection(tx, ranking);
      return await tx.run(query, params);
    });
}

interface BetweenOf {
  readonly person: string;
  readonly rows: readonly Between[];
}

async function readBetween(
  graph: Graph,
  ranking: Ranking,
  { keep: _, keepIndirect: __, ...caps }: Record<keyof typeof TIE_CAPS, number>,
  people: readonly string[],
  now: number,
): Promise<BetweenOf[]> {
  const shared = {
    ...caps,
    now,
    halfLifeMs: ranking.halfLifeMs.INTERACTED,
    leastWeight: LEAST_WEIGHT,
    mutualContactShare: ranking.ties.mutualContacts,
    coEngagementShare: ranking.ties.coEngagement,
    mutualConnectionShare: ranking.ties.mutualConnections,
  };
  // In a transaction each: the time that Neo4j has for a transaction must do for one person, not for all of them.
  const found: BetweenOf[] = [];
  for (const person of people) {
    found.push({ person, rows: await graph.run(tiesOfPerson, { ...shared, userId: person }) });
  }
  return found;
}

/** Each tie once, in one order everywhere, so that transactions lock nodes in the same order. */
function latestOf(ties: readonly PlannedTie[]): PlannedTie[] {
  const byKey = new Map(ties.map((tie) => [`${tie.from}\u0000${tie.to}`, tie]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tie]) => tie);
}

async function inBatches<T>(rows: readonly T[], work: (rows: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += WRITES_PER_TRANSACTION) {
    await work(rows.slice(from, from + WRITES_PER_TRANSACTION));
  }
}
