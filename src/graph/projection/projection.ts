import { z } from 'zod';
import type { FoldRow, Structure } from '../../activity/fold-row.ts';
import { FADING_EDGES } from '../../activity/kinds.ts';
import { foldFingerprint, type Ranking } from '../../activity/ranking.ts';
import type { Reference } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import type { Graph, GraphTransaction } from '../graph.ts';
import { defineQuery, nothing } from '../query.ts';
import { type Folded, type FoldedEdge, parentOf, partsOf, type SuppressedLabel } from './fold.ts';
import { joinStatements } from './join-people.ts';
import * as queries from './projection-queries.ts';
import { foldStretches, type Stretch } from './stretches.ts';

/**
 * The projection keeps one law: the graph is the fold of the log's rows 1…position, and `position` changes in the
 * transaction that changes the edges. Every transaction that writes a folded edge locks the Projection node first.
 */

const create = defineQuery({
  name: 'projection/create',
  mode: 'write',
  params: z.object({ fingerprint: z.string() }),
  row: nothing,
});
const standing = z.object({
  position: z.number(),
  fingerprint: z.string(),
  rebuilding: z.enum(['clearing', 'folding']).nullable(),
  rebuildTo: z.number().nullable(),
  chain: z.string().nullable(),
});
const lock = defineQuery({ name: 'projection/lock', mode: 'write', params: nothing, row: standing });
const state = defineQuery({ name: 'projection/state', mode: 'read', params: nothing, row: standing });
const adopt = defineQuery({
  name: 'projection/adopt',
  mode: 'write',
  params: z.object({ fingerprint: z.string() }),
  row: nothing,
});
// One property only: a statement that sets several locks the key of the node too, which whoever waits for the
// projection has looked it up by and holds, so that each waits for the other.
const advance = defineQuery({
  name: 'projection/advance',
  mode: 'write',
  params: z.object({ position: z.number() }),
  row: nothing,
});
const mark = defineQuery({
  name: 'projection/mark',
  mode: 'write',
  params: z.object({ chain: z.string().nullable() }),
  row: nothing,
});
const endRebuild = defineQuery({ name: 'projection/end-rebuild', mode: 'write', params: nothing, row: nothing });

export interface ProjectionState {
  /** The graph is the fold of the log's rows 1…position. */
  readonly position: number;
  /** Of the weights and half-lives that the graph is folded with; empty before the first batch. */
  readonly fingerprint: string;
  /** True while the graph is only a part of what the log folds to, because a rebuild is under way. */
  readonly rebuilding: boolean;
  /** `clearing`: the former graph is being deleted; `folding`: the rows are being folded anew. */
  readonly phase: 'clearing' | 'folding' | null;
  /** Position at which the rebuild is over. */
  readonly rebuildTo: number | null;
  /** The value of the log's chain at the position when it was reached; null when that was not noted. */
  readonly chain: string | null;
}

const NOTHING_YET: ProjectionState = {
  position: 0,
  fingerprint: '',
  rebuilding: false,
  phase: null,
  rebuildTo: null,
  chain: null,
};

/** Where the graph stands. @throws AppError `GRAPH_UNAVAILABLE` */
export async function readProjection(graph: GraphTransaction): Promise<ProjectionState> {
  const [found] = await graph.run(state, {});
  return found === undefined ? NOTHING_YET : stateOf(found);
}

function stateOf(found: z.output<typeof standing>): ProjectionState {
  const { rebuilding, ...rest } = found;
  return { ...rest, rebuilding: rebuilding !== null, phase: rebuilding };
}

/**
 * Takes the lock of the projection until the transaction ends. The lock is a write, and what is returned was read
 * after it, so nobody else changes it before this transaction is over.
 */
export async function lockProjection(tx: GraphTransaction, ranking: Ranking): Promise<ProjectionState> {
  // MERGE would take a shared lock first, and two that hold it wait for each other; so it is for the first time only.
  const locked = (await tx.run(lock, {}))[0] ?? (await createLocked(tx, ranking));
  return stateOf(locked);
}

async function createLocked(tx: GraphTransaction, ranking: Ranking) {
  await tx.run(create, { fingerprint: foldFingerprint(ranking) });
  const [locked] = await tx.run(lock, {});
  if (locked === undefined) {
    throw new Error('The node of the projection was deleted while it was being made');
  }
  return locked;
}

/** @throws AppError `GRAPH_REBUILD_NEEDED` when the graph holds edges that were folded under other settings. */
export function checkFingerprint(
  projection: { readonly position: number; readonly fingerprint: string },
  ranking: Ranking,
): void {
  const own = foldFingerprint(ranking);
  if (projection.position > 0 && projection.fingerprint !== own) {
    throw new AppError(
      'GRAPH_REBUILD_NEEDED',
      `The graph was folded with the settings ${projection.fingerprint}, this process has ${own}`,
    );
  }
}

/** The value of the log's chain at a position, null when the log has no such row. */
export type ChainAt = (position: number) => Promise<string | null>;

/**
 * True when the log holds, at the position of the graph, the row that the graph was folded up to. False after one of
 * them was restored from a backup and went on without the other.
 */
export async function isOfThisLog(
  { position, chain }: Pick<ProjectionState, 'position' | 'chain'>,
  chainAt: ChainAt | undefined,
): Promise<boolean> {
  return position === 0 || chain === null || chainAt === undefined || (await chainAt(position)) === chain;
}

export interface Batch {
  /** Where the graph must stand for the rows to be the next ones. */
  readonly expectedPosition: number;
  readonly rows: readonly FoldRow[];
  readonly ranking: Ranking;
  /** Display titles of described things; one that is missing is removed from the node. */
  readonly titles: ReadonlyMap<Reference, string | null>;
  /** What the rows fold to under `ranking`, from whoever has folded them already. */
  readonly folded?: readonly Stretch[] | undefined;
  /** The value of the log's chain at the last row; null or absent where it is not known. */
  readonly chain?: string | null;
  /** Run behind the lock when it is certain that it is these rows' turn; when it fails, nothing is applied. */
  readonly onTurn?: () => Promise<void>;
}

/**
 * Folds the rows into the graph and moves its position to the last of them, wholly or not at all.
 *
 * Returns `moved`, with nothing written, when the graph is not at `expectedPosition`: somebody else was faster, or an
 * earlier attempt of our own got through although its answer was lost.
 *
 * @throws AppError `GRAPH_REBUILD_NEEDED`, `GRAPH_REBUILDING` (the former graph is still being cleared away) or
 * `GRAPH_UNAVAILABLE`; what the fold or Neo4j says about rows that cannot be applied.
 */
export async function applyRows(graph: Graph, batch: Batch): Promise<'applied' | 'moved'> {
  const last = batch.rows.at(-1);
  if (last === undefined) {
    return 'applied';
  }
  const { ranking } = batch;
  const stretches = batch.folded ?? foldStretches(batch.rows, ranking);
  return graph.write(async (tx) => {
    const projection = await lockProjection(tx, ranking);
    if (projection.phase === 'clearing') {
      throw new AppError('GRAPH_REBUILDING', 'The former graph is being cleared away');
    }
    if (projection.position !== batch.expectedPosition) {
      return 'moved';
    }
    checkFingerprint(projection, ranking);
    await batch.onTurn?.();
    await inOneGo([
      ...stretches.flatMap((stretch) => stretchStatements(tx, stretch, ranking, batch.titles)),
      ...positionStatements(tx, projection, last.position, foldFingerprint(ranking)),
      ...chainStatements(tx, projection, batch.chain ?? null),
    ]);
    return 'applied';
  });
}

function stretchStatements(
  tx: GraphTransaction,
  { folded, joining }: Stretch,
  ranking: Ranking,
  titles: Batch['titles'],
): Promise<unknown>[] {
  return [
    ...nodeStatements(tx, folded),
    ...edgeStatements(tx, folded, ranking),
    ...structureStatements(tx, folded, titles),
    ...(joining === undefined ? [] : joinStatements(tx, joining, ranking)),
  ];
}

function positionStatements(
  tx: GraphTransaction,
  from: ProjectionState,
  position: number,
  fingerprint: string,
): Promise<unknown>[] {
  const reached = from.rebuildTo !== null && position >= from.rebuildTo;
  return [
    tx.run(advance, { position }),
    ...(from.fingerprint === fingerprint ? [] : [tx.run(adopt, { fingerprint })]),
    ...(reached ? [tx.run(endRebuild, {})] : []),
  ];
}

function chainStatements(tx: GraphTransaction, from: ProjectionState, chain: string | null): Promise<unknown>[] {
  return from.chain === chain ? [] : [tx.run(mark, { chain })];
}

/** Statements that were sent one behind the other; the first that fails is what is wrong, the others only follow it. */
async function inOneGo(statements: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(statements)) {
    if (outcome.status === 'rejected') {
      throw outcome.reason;
    }
  }
}

function nodeStatements(tx: GraphTransaction, folded: Folded): Promise<unknown>[] {
  return [
    ...some(folded.users, (ids) => tx.run(queries.makeUsers, { ids })),
    ...some(folded.contents, (rows) => tx.run(queries.makeContents, { rows })),
    ...some(folded.tags, (names) => tx.run(queries.makeTags, { names })),
    ...some(folded.communities, (ids) => tx.run(queries.makeCommunities, { ids })),
  ];
}

const SUPPRESSED_LABELS = Object.keys(queries.setSuppressions) as SuppressedLabel[];

function edgeStatements(tx: GraphTransaction, folded: Folded, ranking: Ranking): Promise<unknown>[] {
  return [
    ...FADING_EDGES.flatMap((edge) =>
      some(folded.fading[edge], (rows) =>
        tx.run(queries.addFading[edge], { halfLifeMs: ranking.halfLifeMs[edge], ...columnsOf(rows) }),
      ),
    ),
    ...some(folded.engagement, (rows) =>
      tx.run(queries.addEngagement, {
        halfLifeMs: ranking.halfLifeMs.ENGAGED,
        contents: rows.map(({ content }) => content),
        weight: rows.map(({ weight }) => weight),
        asOf: rows.map(({ asOf }) => asOf),
      }),
    ),
    ...some(folded.interests, (rows) => tx.run(queries.declareInterests, { rows })),
    ...some(folded.connections, (rows) => tx.run(queries.setConnections, { rows })),
    ...SUPPRESSED_LABELS.flatMap((label) =>
      some(
        folded.suppressions.filter((suppression) => suppression.label === label),
        (rows) => tx.run(queries.setSuppressions[label], { rows }),
      ),
    ),
    ...some(folded.memberships, (rows) => tx.run(queries.setMemberships, { rows })),
  ];
}

function structureStatements(tx: GraphTransaction, folded: Folded, titles: Batch['titles']): Promise<unknown>[] {
  const contents = folded.contentStructures;
  const communities = folded.communityStructures;
  if (contents.length + communities.length === 0) {
    return [];
  }
  const described = (id: string, structure: Structure) => ({
    id,
    title: structure.deletedAt === null ? (titles.get(structure.object) ?? null) : null,
    createdAt: structure.createdAt,
    visibility: structure.visibility,
    deletedAt: structure.deletedAt,
  });
  return [
    ...some(contents, (all) =>
      tx.run(queries.describeContents, {
        rows: all.map((structure) => ({
          ...described(structure.object, structure),
          author: structure.author,
          tags: structure.tags,
          community: structure.community,
          parent: parentOf(structure),
        })),
      }),
    ),
    ...some(communities, (all) =>
      tx.run(queries.describeCommunities, {
        rows: all.map((structure) => described(partsOf(structure.object).id, structure)),
      }),
    ),
  ];
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

/** A statement for the rows there are, and none for none. */
function some<T>(rows: readonly T[], statement: (rows: T[]) => Promise<unknown>): Promise<unknown>[] {
  return rows.length === 0 ? [] : [statement([...rows])];
}
