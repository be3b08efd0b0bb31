import type { FoldRow } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import type { Reference } from '../../activity/reference.ts';
import { isFaultOfRows, isTooLarge, isTooMuch } from '../failures.ts';
import type { Graph } from '../graph.ts';
import { UnfoldableError } from './fold.ts';
import { applyRows, type ChainAt, lockProjection } from './projection.ts';
import { foldStretches, type Stretch } from './stretches.ts';

/** A row that could not be folded into the graph, and why. */
export interface DeadLetter {
  readonly position: number;
  readonly uid: string;
  readonly kind: string;
  readonly code: string;
  readonly message: string;
}

export interface ApplyPorts {
  readonly graph: Graph;
  readonly ranking: Ranking;
  /** Display titles from the catalogue. */
  titlesOf(references: readonly Reference[]): Promise<ReadonlyMap<Reference, string | null>>;
  /** Keeps the rows for a person to look at; the same row again changes nothing. */
  recordDeadLetters(letters: readonly DeadLetter[]): Promise<void>;
  /** Forgets every row that was set aside, since the graph is folded anew from the first row on. */
  forgetDeadLetters?(): Promise<void>;
  /** Has everything derived computed anew once the graph is whole again, since clearing deletes it. May be called twice. */
  forgetRefreshes?(): Promise<void>;
  /** Lets a graph be told from that of another log; without it, it is not. */
  readonly chainAt?: ChainAt;
}

const MESSAGE_LENGTH = 500;

/** Rows of the log with all that can be worked out before it is their turn. */
export interface PreparedBatch {
  readonly rows: readonly FoldRow[];
  readonly titles: Titles;
  /** Undefined when a row among them cannot be folded; applying finds out which. */
  readonly folded: readonly Stretch[] | undefined;
  /** The value of the log's chain at the last row, null where it is not known. */
  readonly chain: string | null;
}

/** Folds the rows and looks up the titles, while the batch before them may still be on its way into the graph. */
export async function prepareBatch(
  { ranking, titlesOf, chainAt }: Pick<ApplyPorts, 'ranking' | 'titlesOf' | 'chainAt'>,
  rows: readonly FoldRow[],
): Promise<PreparedBatch> {
  const described = rows.map((row) => row.structure?.object).filter((object) => object !== undefined);
  const last = rows.at(-1);
  const [titles, chain] = await Promise.all([
    described.length === 0 ? new Map() : titlesOf([...new Set(described)]),
    last === undefined ? null : (chainAt?.(last.position) ?? null),
  ]);
  return { rows, titles, folded: foldedOf(rows, ranking), chain };
}

function foldedOf(rows: readonly FoldRow[], ranking: Ranking): readonly Stretch[] | undefined {
  try {
    return foldStretches(rows, ranking);
  } catch (error) {
    if (error instanceof UnfoldableError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Applies the rows as `applyRows` does, but a row that cannot be applied does not stop the others: the batch is cut in
 * halves until the row stands alone, it is recorded as a dead letter, and the position moves past it.
 *
 * @throws what may pass with time; nothing was lost then and the same call may be made again.
 */
export async function applyBatch(
  ports: ApplyPorts,
  expectedPosition: number,
  rows: readonly FoldRow[],
): Promise<'applied' | 'moved'> {
  return applyPrepared(ports, expectedPosition, await prepareBatch(ports, rows));
}

/** `applyBatch` for rows that are prepared already. */
export function applyPrepared(
  ports: ApplyPorts,
  expectedPosition: number,
  batch: PreparedBatch,
): Promise<'applied' | 'moved'> {
  return applyOrSplit(ports, expectedPosition, batch);
}

type Titles = ReadonlyMap<Reference, string | null>;

async function applyOrSplit(
  ports: ApplyPorts,
  expectedPosition: number,
  batch: PreparedBatch,
): Promise<'applied' | 'moved'> {
  const { rows, titles, chain } = batch;
  try {
    return await applyRows(ports.graph, { ...batch, expectedPosition, ranking: ports.ranking });
  } catch (error) {
    const [first, second] = rows;
    const mayFit = second !== undefined && isTooMuch(error);
    if (first === undefined || !(mayFit || isFaultOfRows(error) || isTooLarge(error))) {
      throw error;
    }
    if (second === undefined) {
      return setAside(ports, expectedPosition, first, chain, error);
    }
  }
  const half = rows.slice(0, rows.length / 2);
  const rest = rows.slice(half.length);
  // The chain is known at the last row of the batch only.
  const outcome = await applyOrSplit(ports, expectedPosition, { rows: half, titles, folded: undefined, chain: null });
  return outcome === 'moved'
    ? 'moved'
    : applyOrSplit(ports, half.at(-1)?.position ?? expectedPosition, { rows: rest, titles, folded: undefined, chain });
}

async function setAside(
  ports: ApplyPorts,
  expectedPosition: number,
  row: FoldRow,
  chain: string | null,
  cause: unknown,
): Promise<'applied' | 'moved'> {
  const { graph, ranking } = ports;
  // A full disk or a damaged store refuses every write; only where others succeed is the row to blame.
  await graph.write((tx) => lockProjection(tx, ranking));
  const { position, uid, kind } = row;
  const emptied: FoldRow = { position, uid, kind, signals: [], changes: [], structure: null };
  return applyRows(graph, {
    expectedPosition,
    rows: [emptied],
    ranking,
    titles: new Map(),
    chain,
    // Before the position moves past it, so that no crash in between can lose it; and not when another projector,
    // which may know how to fold the row, was faster.
    onTurn: () => ports.recordDeadLetters([deadLetter(row, cause)]),
  });
}

function deadLetter(row: FoldRow, cause: unknown): DeadLetter {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'FOLD_FAILED';
  const message = cause instanceof Error ? cause.message : String(cause);
  return {
    position: row.position,
    uid: row.uid,
    kind: row.kind,
    code,
    // Text of the log's store holds no NUL.
    message: message.replaceAll('\u0000', '').slice(0, MESSAGE_LENGTH).toWellFormed(),
  };
}
