import { z } from 'zod';
import type { FoldRow } from '../activity/fold-row.ts';
import { FADING_EDGES, type FadingEdge } from '../activity/kinds.ts';
import type { Ranking } from '../activity/ranking.ts';
import { applyBatch } from '../graph/apply-batch.ts';
import { type Folded, foldRows } from '../graph/fold.ts';
import type { Graph } from '../graph/graph.ts';
import { defineQuery, nothing } from '../graph/query.ts';
import { type Measurement, median, perSecond, timed } from './report.ts';

const BATCH = 2_000;
const ROUNDS = 3;

const nodes = defineQuery({
  name: 'bench/nodes',
  mode: 'write',
  params: z.object({ users: z.array(z.string()), contents: z.array(z.string()), tags: z.array(z.string()) }),
  row: nothing,
});
const row = z.object({ from: z.string(), to: z.string(), weight: z.number(), asOf: z.number() });
const rows = z.object({ rows: z.array(row) });
const edges = {
  ENGAGED: defineQuery({ name: 'bench/engaged', mode: 'write', params: rows, row: nothing }),
  INTERACTED: defineQuery({ name: 'bench/interacted', mode: 'write', params: rows, row: nothing }),
  INTERESTED_IN: defineQuery({ name: 'bench/interested-in', mode: 'write', params: rows, row: nothing }),
} satisfies Record<FadingEdge, unknown>;

/**
 * Folding the log's rows into the graph (exactly once, decayed, with structure, behind the lock) against plain
 * `UNWIND … MERGE` statements that write the same fading edges and nothing else. Leaves the graph folded.
 */
export async function benchProjection(
  graph: Graph,
  log: readonly FoldRow[],
  ranking: Ranking,
  empty: () => Promise<void>,
): Promise<Measurement> {
  const batches = Array.from({ length: Math.ceil(log.length / BATCH) }, (_, index) =>
    log.slice(index * BATCH, (index + 1) * BATCH),
  );
  const folded = batches.map((batch) => foldRows(batch, ranking));
  const count = folded.reduce(
    (sum, batch) => sum + FADING_EDGES.reduce((n, edge) => n + batch.fading[edge].length, 0),
    0,
  );
  const byHand: number[] = [];
  const ours: number[] = [];
  // In turns, so that a busy neighbour on the machine slows both.
  for (let round = 0; round < ROUNDS; round += 1) {
    await empty();
    byHand.push((await timed(() => writeByHand(graph, folded))).ms);
    await empty();
    ours.push((await timed(() => project(graph, batches, ranking))).ms);
  }
  const ratio = median(byHand) / median(ours);
  return {
    name: `projection, ${count.toLocaleString('en')} edge writes in batches of ${BATCH.toLocaleString('en')} activities`,
    measured: `${perSecond(count, median(ours))} edges`,
    yardstick: `UNWIND … MERGE of the same: ${perSecond(count, median(byHand))}`,
    ratio,
    aim: '≥ 0.70',
    met: ratio >= 0.7,
  };
}

async function writeByHand(graph: Graph, folded: readonly Folded[]): Promise<void> {
  for (const batch of folded) {
    await graph.write(async (tx) => {
      await Promise.all([
        tx.run(nodes, { users: [...batch.users], contents: batch.contents.map(({ id }) => id), tags: [...batch.tags] }),
        ...FADING_EDGES.map((edge) => tx.run(edges[edge], { rows: [...batch.fading[edge]] })),
      ]);
    });
  }
}

async function project(graph: Graph, batches: readonly (readonly FoldRow[])[], ranking: Ranking): Promise<void> {
  const ports = { graph, ranking, titlesOf: async () => new Map(), recordDeadLetters: async () => undefined };
  let position = 0;
  for (const batch of batches) {
    await applyBatch(ports, position, batch);
    position = batch.at(-1)?.position ?? position;
  }
}
