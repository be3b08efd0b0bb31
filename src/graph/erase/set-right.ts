import { FADING_EDGES, type FadingEdge } from '../../activity/kinds.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { AppError } from '../../core/errors.ts';
import type { Graph, GraphTransaction } from '../graph.ts';
import { type ExpectedGraph, emptyExpectation, expectedKey, expectFolded } from '../projection/expected.ts';
import { joinExpected } from '../projection/expected-joining.ts';
import type { FoldedEdge } from '../projection/fold.ts';
import { checkFingerprint, lockProjection, type ProjectionState, readProjection } from '../projection/projection.ts';
import * as projection from '../projection/projection-queries.ts';
import type { FoldableLog } from '../projection/rebuild.ts';
import { foldStretches } from '../projection/stretches.ts';
import { type Affected, onlyAffected } from './affected.ts';
import * as queries from './erase-queries.ts';

/**
 * Takes what was erased from the log out of the graph.
 *
 * Once the graph has the rows that say what was erased, nobody holds a former version of those rows any more that could
 * still be applied. Then the log is read once, and folded aside as far as the affected nodes and edges are concerned.
 * What nothing names any more is deleted; the rest is written as it is without the erased rows. Each step holds the
 * lock of the projection and first brings the fold aside to the position of the graph, so the result is the fold of the
 * log, whatever the projector does meanwhile, and doing it twice is doing it once.
 */

const FOLD_BATCH = 2_000;
const EDGES_AT_ONCE = 10_000;
const ROWS_AT_ONCE = 1_000;

export interface SetRightPorts {
  readonly graph: Graph;
  readonly log: FoldableLog;
  readonly ranking: Ranking;
  /** Positions after `after` up to `upTo` that were set aside as dead letters and are not in the graph. */
  deadLetters(after: number, upTo: number): Promise<readonly number[]>;
}

/**
 * @param position - of the newest row of the log that says what was erased.
 * @throws AppError `GRAPH_BEHIND` when the graph does not have that row yet, `GRAPH_REBUILDING`,
 * `GRAPH_REBUILD_NEEDED`, `GRAPH_UNAVAILABLE`; the same call may be made again.
 */
export async function setRight(ports: SetRightPorts, affected: Affected, position: number): Promise<void> {
  const { graph, ranking } = ports;
  checkStands(await readProjection(graph), position);
  const aside = createAside(ports, affected);
  const step = <T>(work: (tx: GraphTransaction) => Promise<T>): Promise<T> =>
    graph.write(async (tx) => {
      const state = await lockProjection(tx, ranking);
      checkFingerprint(state, ranking);
      checkStands(state, position);
      await aside.foldTo(state.position);
      return work(tx);
    });
  await aside.foldTo((await readProjection(graph)).position);
  await deleteUnnamed(step, aside, affected);
  for (const edge of FADING_EDGES) {
    for (const keys of chunks([...affected.fading[edge]])) {
      await step((tx) => rewriteEdges(tx, aside.expected, edge, keys, ranking));
    }
  }
  for (const ids of chunks([...affected.contents])) {
    await step((tx) => rewriteContents(tx, aside.expected, ids, ranking));
  }
}

function checkStands(state: ProjectionState, position: number): void {
  if (state.phase !== null) {
    throw new AppError('GRAPH_REBUILDING', 'The graph is being rebuilt from the log');
  }
  if (state.position < position) {
    throw new AppError('GRAPH_BEHIND', `The graph is at position ${state.position}, not yet at ${position}`);
  }
}

interface Aside {
  readonly expected: ExpectedGraph;
  readonly tags: ReadonlySet<string>;
  foldTo(position: number): Promise<void>;
}

function createAside({ log, ranking, deadLetters }: SetRightPorts, affected: Affected): Aside {
  const expected = emptyExpectation();
  const tags = new Set<string>();
  let position = 0;
  return {
    expected,
    tags,
    async foldTo(target) {
      while (position < target) {
        const rows = await log.readFoldRows(position, Math.min(FOLD_BATCH, target - position));
        const last = rows.at(-1);
        if (last === undefined) {
          throw new AppError('GRAPH_DIFFERS', `The graph stands at ${target} but the log ends at ${position}`);
        }
        const setAside = new Set(await deadLetters(position, last.position));
        const applied = rows.filter((row) => !setAside.has(row.position));
        for (const stretch of foldStretches(applied, ranking)) {
          const folded = onlyAffected(stretch.folded, affected);
          expectFolded(expected, folded, ranking);
          for (const tag of folded.tags) {
            tags.add(tag);
          }
          // What was kept of the old id goes to the new one here, as it did in the graph.
          if (stretch.joining !== undefined && affected.oldIds.has(stretch.joining.from)) {
            joinExpected(expected, stretch.joining);
          }
        }
        position = last.position;
      }
    },
  };
}

type Step = <T>(work: (tx: GraphTransaction) => Promise<T>) => Promise<T>;

async function deleteUnnamed(step: Step, aside: Aside, affected: Affected): Promise<void> {
  const { expected, tags } = aside;
  const unnamed = {
    users: () => [...affected.users].filter((id) => !expected.people.has(id)),
    contents: () => [...affected.contents].filter((id) => !expected.contents.has(id)),
    tags: () => [...affected.tags].filter((name) => !tags.has(name)),
    communities: () => [...affected.communities].filter((id) => !expected.communities.has(id)),
  };
  // Edges first and some at a time: all those of a popular person do not fit into one transaction.
  for (const [ids, query] of [
    [unnamed.users, queries.deletePeopleEdges],
    [unnamed.contents, queries.deleteContentsEdges],
  ] as const) {
    while ((await step((tx) => tx.run(query, { ids: ids(), limit: EDGES_AT_ONCE })))[0]?.deleted === EDGES_AT_ONCE) {
      // Each batch is a transaction of its own.
    }
  }
  await step((tx) => tx.run(queries.deletePeople, { ids: unnamed.users() }));
  await step((tx) => tx.run(queries.deleteContents, { ids: unnamed.contents() }));
  await step((tx) => tx.run(queries.deleteTags, { ids: unnamed.tags() }));
  await step((tx) => tx.run(queries.deleteCommunities, { ids: unnamed.communities() }));
}

const LABEL_OF = { ENGAGED: 'Content', INTERACTED: 'User', INTERESTED_IN: 'Tag' } as const;

async function rewriteEdges(
  tx: GraphTransaction,
  expected: ExpectedGraph,
  edge: FadingEdge,
  keys: readonly string[],
  ranking: Ranking,
): Promise<void> {
  const pairs = keys.map(endsOf);
  await tx.run(queries.deleteFading[edge], { rows: pairs });
  const due = pairs.flatMap((pair) => {
    const found = expected.people.get(pair.from)?.get(expectedKey(edge, LABEL_OF[edge], pair.to));
    return found?.kind === 'fading' ? [{ ...pair, ...found }] : [];
  });
  const declared = due.filter((one) => one.declared).map(({ from, to }) => ({ from, to, declared: true }));
  if (declared.length > 0) {
    await tx.run(projection.declareInterests, { rows: declared });
  }
  const sums = due.flatMap(({ sum }) => (sum === undefined ? [] : [sum]));
  if (sums.length > 0) {
    await tx.run(projection.addFading[edge], { halfLifeMs: ranking.halfLifeMs[edge], ...columnsOf(sums) });
  }
}

function endsOf(key: string): { readonly from: string; readonly to: string } {
  const [from = '', to = ''] = key.split('\u0000');
  return { from, to };
}

function columnsOf(edges: readonly FoldedEdge[]) {
  return {
    from: edges.map(({ from }) => from),
    to: edges.map(({ to }) => to),
    weight: edges.map(({ weight }) => weight),
    asOf: edges.map(({ asOf }) => asOf),
    lastAt: edges.map(({ lastAt }) => lastAt),
  };
}

async function rewriteContents(
  tx: GraphTransaction,
  expected: ExpectedGraph,
  ids: readonly string[],
  ranking: Ranking,
): Promise<void> {
  const left = ids.flatMap((id) => expected.contents.get(id) ?? []);
  await tx.run(queries.resetContents, { ids: left.map(({ id }) => id) });
  await tx.run(projection.makeContents, { rows: [...left] });
  const sums = left.flatMap(({ id }) => {
    const sum = expected.engagement.get(id);
    return sum === undefined ? [] : [{ id, ...sum }];
  });
  await tx.run(projection.addEngagement, {
    halfLifeMs: ranking.halfLifeMs.ENGAGED,
    contents: sums.map(({ id }) => id),
    weight: sums.map(({ weight }) => weight),
    asOf: sums.map(({ asOf }) => asOf),
  });
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / ROWS_AT_ONCE);
  return Array.from({ length: count }, (_, index) => items.slice(index * ROWS_AT_ONCE, (index + 1) * ROWS_AT_ONCE));
}
