import type { Pool } from 'pg';
import type { z } from 'zod';
import type { Graph, GraphTransaction } from '../graph/graph.ts';
import type { Query } from '../graph/query.ts';

interface RecordedCypher {
  readonly text: string;
  readonly params: Record<string, unknown>;
}

interface RecordedSql {
  /** Of one that is prepared. */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What one step of the feed read: its transactions on the graph, and its queries to Postgres. */
interface RecordedStep {
  readonly transactions: RecordedCypher[][];
  readonly queries: RecordedSql[];
}

/** Stores that remember what is read through them, step by step. */
export interface RecordedStores {
  readonly graph: Graph;
  readonly pool: Pool;
  /** What is read from now on belongs to another step. */
  nextStep(): void;
  /** What was read since the last call. */
  take(): readonly RecordedStep[];
}

export function recordReads(graph: Graph, pool: Pool): RecordedStores {
  let steps: RecordedStep[] = [];
  const nextStep = (): void => void steps.push({ transactions: [], queries: [] });
  const step = (): RecordedStep => {
    if (steps.length === 0) {
      nextStep();
    }
    return steps.at(-1) as RecordedStep;
  };
  const read = <T>(work: (tx: GraphTransaction) => Promise<T>): Promise<T> => {
    const reads: RecordedCypher[] = [];
    step().transactions.push(reads);
    return graph.read((tx) =>
      work({
        run<P extends z.ZodType, R extends z.ZodType>(query: Query<P, R>, params: z.input<P>) {
          reads.push({ text: query.text, params: query.params.parse(params) as Record<string, unknown> });
          return tx.run(query, params);
        },
      }),
    );
  };
  const recordedPool = Object.create(pool, {
    query: {
      value(asked: string | RecordedSql, values: readonly unknown[] = []) {
        const query = typeof asked === 'string' ? { text: asked, values } : asked;
        if (/^\s*(select|with)/iu.test(query.text)) {
          step().queries.push(query);
        }
        return ask(pool, query);
      },
    },
  }) as Pool;
  return {
    graph: {
      ...graph,
      read,
      run(query, params) {
        step().transactions.push([{ text: query.text, params: query.params.parse(params) as Record<string, unknown> }]);
        return graph.run(query, params);
      },
    },
    pool: recordedPool,
    nextStep,
    take() {
      const taken = steps;
      steps = [];
      return taken.filter(({ transactions, queries }) => transactions.length + queries.length > 0);
    },
  };
}

/**
 * Reads the same again as somebody would who writes the queries by hand: everything of a step at once, one step after
 * the other, and nothing done with the answers.
 */
export async function replay(graph: Graph, pool: Pool, steps: readonly RecordedStep[]): Promise<void> {
  for (const { transactions, queries } of steps) {
    await Promise.all([
      ...transactions.map((reads) => replayTransaction(graph, reads)),
      ...queries.map((query) => ask(pool, query)),
    ]);
  }
}

function ask(pool: Pool, { values, ...query }: RecordedSql): Promise<unknown> {
  return pool.query({ ...query, values: [...values] });
}

async function replayTransaction(graph: Graph, reads: readonly RecordedCypher[]): Promise<void> {
  const session = graph.driver.session({ defaultAccessMode: 'READ' });
  try {
    const [only, ...others] = reads;
    if (only !== undefined && others.length === 0) {
      await session.run(only.text, only.params);
    } else {
      await session.executeRead((tx) => Promise.all(reads.map(({ text, params }) => tx.run(text, params))));
    }
  } finally {
    await session.close();
  }
}
