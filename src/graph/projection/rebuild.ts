import { z } from 'zod';
import type { FoldRow } from '../../activity/fold-row.ts';
import { foldFingerprint } from '../../activity/ranking.ts';
import { AppError } from '../../core/errors.ts';
import { defineQuery, nothing } from '../query.ts';
import { type ApplyPorts, applyBatch } from './apply-batch.ts';
import { isOfThisLog, lockProjection, type ProjectionState, readProjection } from './projection.ts';

const beginRebuild = defineQuery({
  name: 'projection/begin-rebuild',
  mode: 'write',
  params: z.object({ rebuildTo: z.number(), fingerprint: z.string() }),
  row: nothing,
});
const beginRefold = defineQuery({ name: 'projection/begin-refold', mode: 'write', params: nothing, row: nothing });
const limit = z.object({ limit: z.number() });
const deleted = z.object({ deleted: z.number() });
const clearEdges = defineQuery({ name: 'projection/clear-edges', mode: 'write', params: limit, row: deleted });
const clearNodes = defineQuery({ name: 'projection/clear-nodes', mode: 'write', params: limit, row: deleted });

const CLEAR_BATCH = 10_000;
const FOLD_BATCH = 2_000;

export interface FoldableLog {
  head(): Promise<number>;
  readFoldRows(after: number, limit: number): Promise<readonly FoldRow[]>;
}

export interface RebuildPorts extends ApplyPorts {
  readonly log: FoldableLog;
  readonly batchSize?: number;
  readonly onProgress?: (state: ProjectionState) => void;
}

type ClearPorts = Pick<ApplyPorts, 'graph' | 'ranking' | 'forgetDeadLetters' | 'forgetRefreshes'>;

/**
 * Deletes everything that is folded from the log or derived from it, and folds the log anew with this process's
 * settings, up to where the log ends when the rebuild begins (rows that come later are the projector's). Returns the
 * position reached.
 *
 * How far it is stands in the graph. A rebuild that was cut off goes on where it was, in the next call or in any
 * process whose projector runs; several at once help each other. Until it is over, `readProjection` says `rebuilding`.
 */
export async function rebuildGraph(ports: RebuildPorts): Promise<number> {
  const { graph, log, ranking } = ports;
  const rebuildTo = await log.head();
  await graph.write(async (tx) => {
    const projection = await lockProjection(tx, ranking);
    const fingerprint = foldFingerprint(ranking);
    const underWay =
      projection.phase !== null &&
      projection.fingerprint === fingerprint &&
      (projection.rebuildTo ?? 0) <= rebuildTo &&
      (await isOfThisLog(projection, ports.chainAt));
    if (!underWay) {
      await tx.run(beginRebuild, { rebuildTo, fingerprint });
    }
  });
  for (;;) {
    const state = await readProjection(graph);
    ports.onProgress?.(state);
    if (state.phase === null) {
      return state.position;
    }
    await (state.phase === 'clearing' ? clearGraph(ports) : refold(ports, state));
  }
}

/** Folds until the rebuild is over or somebody else was faster. */
async function refold(ports: RebuildPorts, from: ProjectionState): Promise<void> {
  const batchSize = ports.batchSize ?? FOLD_BATCH;
  const rebuildTo = from.rebuildTo ?? from.position;
  let { position } = from;
  let next = ports.log.readFoldRows(position, batchSize);
  while (position < rebuildTo) {
    const rows = await next;
    const last = rows.at(-1);
    if (last === undefined) {
      throw new AppError('LOG_UNAVAILABLE', `The log ends at ${position}, but had ${rebuildTo} rows at the start`);
    }
    next = last.position < rebuildTo ? ports.log.readFoldRows(last.position, batchSize) : Promise.resolve([]);
    // Looked at in the next round, or never.
    next.catch(() => undefined);
    if ((await applyBatch(ports, position, rows)) === 'moved') {
      return;
    }
    position = last.position;
    ports.onProgress?.({ ...from, position });
  }
}

/**
 * Carries the clearing of a rebuild to its end, in batches behind the lock of the projection. Any number of processes
 * may do it at once; returns when the graph is no longer being cleared.
 */
export async function clearGraph(ports: ClearPorts): Promise<void> {
  while ((await clearSome(ports)) === 'more') {
    // Every batch is a transaction of its own.
  }
}

async function clearSome({ graph, ranking, forgetDeadLetters, forgetRefreshes }: ClearPorts): Promise<'more' | 'done'> {
  return graph.write(async (tx) => {
    const { phase } = await lockProjection(tx, ranking);
    if (phase !== 'clearing') {
      return 'done';
    }
    for (const query of [clearEdges, clearNodes]) {
      const [batch] = await tx.run(query, { limit: CLEAR_BATCH });
      if (batch !== undefined && batch.deleted > 0) {
        return 'more';
      }
    }
    // Behind the lock, and before anybody can set a row aside again.
    await forgetDeadLetters?.();
    await forgetRefreshes?.();
    await tx.run(beginRefold, {});
    return 'done';
  });
}
