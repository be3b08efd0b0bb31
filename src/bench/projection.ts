import { z } from 'zod';
import type { FoldRow } from '../activity/fold-row.ts';
import type { Ranking } from '../activity/ranking.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Graph } from '../graph/graph.ts';
import { type Folded, foldRows, parentOf } from '../graph/projection/fold.ts';
import { defineQuery, nothing, type Query } from '../graph/query.ts';
import { createProjector } from '../ingest/projector.ts';
import { type Measurement, median, perSecond, timed } from './report.ts';

const BATCH = 2_000;
const ROUNDS = 3;
const LONGEST_RUN_MS = 600_000;

const names = z.array(z.string());
const nodes = defineQuery({
  name: 'bench/nodes',
  mode: 'write',
  params: z.object({ users: names, contents: names, tags: names, communities: names }),
  row: nothing,
});
const ends = z.object({ from: z.string(), to: z.string() });
const fading = ends.extend({ weight: z.number(), asOf: z.number() });

/** A plain statement for one type of edge. */
function edges<R extends z.ZodType>(name: string, row: R) {
  return defineQuery({ name: `bench/${name}`, mode: 'write', params: z.object({ rows: z.array(row) }), row: nothing });
}

const engaged = edges('engaged', fading);
const interacted = edges('interacted', fading);
const interestedIn = edges('interested-in', fading);
const declared = edges('declared', ends);
const connected = edges('connected', ends.extend({ patch: z.record(z.string(), z.unknown()) }));
const memberOf = edges('member-of', ends.extend({ since: z.number() }));
const authored = edges('authored', ends);
const tagged = edges('tagged', ends);
const postedIn = edges('posted-in', ends);
const replyTo = edges('reply-to', ends);

export interface ProjectionPorts {
  readonly graph: Graph;
  readonly ranking: Ranking;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Empties the graph. */
  empty(): Promise<void>;
}

/**
 * The projector (exactly once, decayed, behind the lock, edges replaced and taken away, content described) against plain
 * `UNWIND … MERGE` statements that only add the same edges, in the same batches, folded for them beforehand. Neither
 * reads from Postgres. Leaves the graph folded.
 */
export async function benchProjection(ports: ProjectionPorts, log: readonly FoldRow[]): Promise<Measurement> {
  const { graph, ranking, empty } = ports;
  const folded = Array.from({ length: Math.ceil(log.length / BATCH) }, (_, index) =>
    foldRows(log.slice(index * BATCH, (index + 1) * BATCH), ranking),
  );
  const batches = folded.map(plainWrites);
  const count = batches.flat().reduce((sum, { params }) => sum + params.rows.length, 0);
  const byHand: number[] = [];
  const ours: number[] = [];
  // In turns, so that a busy neighbour on the machine slows both.
  for (let round = 0; round < ROUNDS; round += 1) {
    await empty();
    byHand.push((await timed(() => writeByHand(graph, folded, batches))).ms);
    await empty();
    ours.push((await timed(() => project(ports, log))).ms);
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

interface PlainWrite {
  readonly query: Query;
  readonly params: { readonly rows: readonly unknown[] };
}

/** What somebody would send who only adds the edges of a batch. */
function plainWrites(batch: Folded): PlainWrite[] {
  const contents = batch.contentStructures;
  /** Edges from content to what `end` names; none where it names nothing. */
  const fromContent = (end: (content: (typeof contents)[number]) => string | null) =>
    contents.flatMap((content) => {
      const to = end(content);
      return to === null ? [] : [{ from: content.object, to }];
    });
  const writes: PlainWrite[] = [
    { query: engaged, params: { rows: batch.fading.ENGAGED } },
    { query: interacted, params: { rows: batch.fading.INTERACTED } },
    { query: interestedIn, params: { rows: batch.fading.INTERESTED_IN } },
    { query: declared, params: { rows: batch.interests.filter((interest) => interest.declared) } },
    { query: connected, params: { rows: batch.connections } },
    { query: memberOf, params: { rows: batch.memberships.filter(({ on }) => on) } },
    { query: authored, params: { rows: fromContent(({ author }) => author).map(turned) } },
    {
      query: tagged,
      params: { rows: contents.flatMap(({ object, tags }) => tags.map((to) => ({ from: object, to }))) },
    },
    { query: postedIn, params: { rows: fromContent(({ community }) => community) } },
    { query: replyTo, params: { rows: fromContent(parentOf) } },
  ];
  return writes.filter(({ params }) => params.rows.length > 0);
}

function turned({ from, to }: { readonly from: string; readonly to: string }) {
  return { from: to, to: from };
}

async function writeByHand(
  graph: Graph,
  folded: readonly Folded[],
  batches: readonly (readonly PlainWrite[])[],
): Promise<void> {
  for (const [index, { users, contents, tags, communities }] of folded.entries()) {
    await graph.write(async (tx) => {
      await Promise.all([
        tx.run(nodes, {
          users: [...users],
          contents: contents.map(({ id }) => id),
          tags: [...tags],
          communities: [...communities],
        }),
        ...(batches[index] ?? []).map(({ query, params }) => tx.run(query, params)),
      ]);
    });
  }
}

/** The service's projector over a log in memory. */
async function project({ graph, ranking, logger, clock }: ProjectionPorts, rows: readonly FoldRow[]): Promise<void> {
  const projector = createProjector({
    log: {
      head: async () => rows.length,
      readFoldRows: async (after, limit) => rows.slice(after, after + limit),
      listen: () => () => undefined,
    },
    graph,
    ranking,
    logger,
    clock,
    titlesOf: async () => new Map(),
    recordDeadLetters: async () => undefined,
    batchSize: BATCH,
  });
  projector.start();
  const reached = await projector.waitFor(rows.length, LONGEST_RUN_MS);
  await projector.stop();
  if (!reached) {
    throw new Error(`The projector stopped at ${projector.position}: ${projector.state().error ?? 'too slow'}`);
  }
}
