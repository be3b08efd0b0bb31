import type { Graph } from '../../../graph/graph.ts';
import type { Rest } from '../../rest.ts';
import { forgetNeighbours, type Neighbours, writeNeighbours } from '../neighbours.ts';
import { readHistories, TEACHING, type TeachingOptions } from './histories.ts';
import type { LearnedWeights } from './learn.ts';
import { learnInThread } from './learn-in-thread.ts';

export interface TrainOptions extends Partial<Omit<TeachingOptions, 'ranking' | 'now'>> {
  readonly ranking: TeachingOptions['ranking'];
  readonly now: number;
  /** What the edges are called; default `ease`. */
  readonly model?: string;
  /** Ridge; default 100. */
  readonly lambda?: number;
  /** Weights kept of each content, of either sign; default 100. */
  readonly mostNeighbours?: number;
  /** Waits between two writes, given how long the last one took in milliseconds. */
  readonly rest?: Rest | undefined;
  /** Ends the learning, and the writing between two writes. */
  readonly signal?: AbortSignal;
}

export interface TrainResult {
  readonly model: string;
  readonly people: number;
  readonly contents: number;
  readonly engagements: number;
  /** Contents that are not learned, because there are too many people and contents. */
  readonly contentsLeftOut: number;
  readonly side: 'contents' | 'people';
  readonly lambda: number;
  readonly edges: number;
  /** Neighbours of an earlier run, of contents that are not learned any more. */
  readonly forgotten: number;
}

const LAMBDA = 100;
const MOST_NEIGHBOURS = 100;

/**
 * Learns EASE^R from everybody's engagements at `now` and puts its weights into the graph as SIMILAR_TO edges, in the
 * place of those of the run before. The edge from i to j says how much more one likes j for having engaged with i, and
 * may be negative: cutting to positive weights costs more quality than keeping few.
 *
 * Learning is done on a thread of its own; memory is eight bytes times the square of the smaller of people and contents.
 */
export async function trainEase(graph: Graph, options: TrainOptions): Promise<TrainResult> {
  const { ranking, now, rest, signal, model = 'ease', lambda = LAMBDA, mostNeighbours = MOST_NEIGHBOURS } = options;
  const { histories, contents, contentsLeftOut } = await readHistories(graph, { ...TEACHING, ...options });
  const learned = await learnInThread(histories, {
    lambda,
    mostNeighbours,
    ...(signal === undefined ? {} : { signal }),
  });
  const edges = await writeNeighbours(graph, neighboursOf(learned, contents), {
    kind: 'content',
    model,
    ranking,
    now,
    rest,
    signal,
  });
  const forgotten = await forgetNeighbours(graph, { model, before: now, ranking });
  return {
    model,
    people: histories.people,
    contents: contents.length,
    engagements: histories.items.length,
    contentsLeftOut,
    side: histories.contents <= histories.people ? 'contents' : 'people',
    lambda,
    edges,
    forgotten,
  };
}

function neighboursOf({ starts, items, weights }: LearnedWeights, contents: readonly string[]): Neighbours[] {
  return contents.map((from, index) => {
    const [first, end] = [starts[index] ?? 0, starts[index + 1] ?? 0];
    return {
      from,
      to: Array.from(items.subarray(first, end), (item) => contents[item] ?? ''),
      scores: Array.from(weights.subarray(first, end)),
    };
  });
}
