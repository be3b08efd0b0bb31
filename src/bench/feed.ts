import type { z } from 'zod';
import type { Feed } from '../feed/feed.ts';
import type { Graph, GraphTransaction } from '../graph/graph.ts';
import type { Query } from '../graph/query.ts';
import { type Measurement, median, milliseconds, percentile, timed } from './report.ts';

interface RecordedRead {
  readonly text: string;
  readonly params: Record<string, unknown>;
}

/** A graph that remembers what is read through it, a list per transaction. */
export interface RecordedGraph {
  readonly graph: Graph;
  /** What was read since the last call. */
  take(): readonly (readonly RecordedRead[])[];
}

export function recordReads(graph: Graph): RecordedGraph {
  let transactions: RecordedRead[][] = [];
  const read = <T>(work: (tx: GraphTransaction) => Promise<T>): Promise<T> => {
    const reads: RecordedRead[] = [];
    transactions.push(reads);
    return graph.read((tx) =>
      work({
        run<P extends z.ZodType, R extends z.ZodType>(query: Query<P, R>, params: z.input<P>) {
          reads.push({ text: query.text, params: query.params.parse(params) as Record<string, unknown> });
          return tx.run(query, params);
        },
      }),
    );
  };
  return {
    graph: { ...graph, read, run: (query, params) => read((tx) => tx.run(query, params)) },
    take() {
      const taken = transactions;
      transactions = [];
      return taken;
    },
  };
}

/**
 * A first page without a snapshot, for people whose plans and pages are warm, against the Cypher that it ran, run again
 * by hand; and at once the same page again, from its snapshot. What is the same for all readers is read anew every two
 * seconds and is in the figures as often as that happens.
 */
export async function benchFeed(options: {
  readonly feed: Feed;
  readonly recorded: RecordedGraph;
  readonly graph: Graph;
  readonly people: readonly string[];
  readonly forgetSnapshots: () => Promise<void>;
  readonly edges: number;
}): Promise<Measurement[]> {
  const { feed, recorded, graph, people } = options;
  const page = (viewer: string) => feed.page({ viewer, limit: 20 });
  for (const viewer of people) {
    await page(viewer);
  }
  await options.forgetSnapshots();
  recorded.take();
  const cold: number[] = [];
  const warm: number[] = [];
  const read: ReturnType<typeof recorded.take>[] = [];
  for (const viewer of people) {
    cold.push((await timed(() => page(viewer))).ms);
    read.push(recorded.take());
    // A snapshot is a first page again for ten seconds only.
    warm.push((await timed(() => page(viewer))).ms);
    if (recorded.take().length > 0) {
      throw new Error('The warm page was not served from its snapshot');
    }
  }
  const byHand: number[] = [];
  for (const transactions of read) {
    byHand.push((await timed(() => replay(graph, transactions))).ms);
  }
  const p50 = median(cold);
  return [
    {
      name: `feed, cold, ${options.edges.toLocaleString('en')} fading edges`,
      measured: `p50 ${milliseconds(p50)}, p99 ${milliseconds(percentile(cold, 0.99))}`,
      yardstick: `its Cypher by hand: p50 ${milliseconds(median(byHand))}`,
      ratio: median(byHand) / p50,
      aim: 'p50 < 25 ms',
      met: p50 < 25,
    },
    {
      name: 'feed, warm (from its snapshot)',
      measured: `p50 ${milliseconds(median(warm))}, p99 ${milliseconds(percentile(warm, 0.99))}`,
      yardstick: `cold: p50 ${milliseconds(p50)}`,
      ratio: p50 / median(warm),
      aim: '',
      met: null,
    },
  ];
}

/** One transaction after the other, the questions of each without waiting in between. */
async function replay(graph: Graph, transactions: readonly (readonly RecordedRead[])[]): Promise<void> {
  for (const reads of transactions) {
    const session = graph.driver.session({ defaultAccessMode: 'READ' });
    try {
      await session.executeRead((tx) => Promise.all(reads.map(({ text, params }) => tx.run(text, params))));
    } finally {
      await session.close();
    }
  }
}
