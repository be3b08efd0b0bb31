import { z } from 'zod';
import type { Ranking } from '../../activity/ranking.ts';
import type { Graph } from '../../graph/graph.ts';
import { lockProjection } from '../../graph/projection/projection.ts';
import { defineQuery, nothing } from '../../graph/query.ts';
import type { Rest } from '../rest.ts';
import { type NeighbourKind, OWN_MODELS, type OwnModel } from './models.ts';

/** The neighbours of one node, strongest first: whoever engaged with `from` should like `to[i]` by `scores[i]`. */
export interface Neighbours {
  readonly from: string;
  readonly to: readonly string[];
  /** One for each of `to`; may be negative. */
  readonly scores: readonly number[];
}

const replaceParams = z.object({
  model: z.string(),
  now: z.number(),
  from: z.array(z.string()),
  to: z.array(z.array(z.string())),
  scores: z.array(z.array(z.number())),
});
const replace = {
  content: defineQuery({ name: 'similarity/replace-contents', mode: 'write', params: replaceParams, row: nothing }),
  people: defineQuery({ name: 'similarity/replace-people', mode: 'write', params: replaceParams, row: nothing }),
};
const forget = defineQuery({
  name: 'similarity/forget',
  mode: 'write',
  params: z.object({
    model: z.string(),
    kind: z.enum(['content', 'people']).nullable(),
    before: z.number(),
    limit: z.number(),
  }),
  row: z.object({ deleted: z.number() }),
});

/** The projector waits as long as such a transaction takes. */
const EDGES_PER_TRANSACTION = 300;

export interface WriteOptions {
  readonly kind: NeighbourKind;
  readonly model: string;
  readonly ranking: Ranking;
  /** Becomes `computedAt`, in milliseconds since the epoch. */
  readonly now: number;
  /** Waits between two transactions, given how long the last one took in milliseconds. */
  readonly rest?: Rest | undefined;
  /** Ends the writing between two transactions. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts these neighbours in the place of those that the model had for the same nodes, in small transactions, and returns
 * how many there are. Names that the graph does not know are passed over.
 *
 * A relationship is made under locks of both its nodes, which the projector takes too, in an order of its own. So each
 * transaction takes the lock of the projection first: to wait a moment for it is better than to be thrown out of a deadlock.
 */
export async function writeNeighbours(
  graph: Graph,
  lists: readonly Neighbours[],
  options: WriteOptions,
): Promise<number> {
  let edges = 0;
  for (const batch of batchesOf(lists)) {
    options.signal?.throwIfAborted();
    const began = performance.now();
    await graph.write(async (tx) => {
      await lockProjection(tx, options.ranking);
      await tx.run(replace[options.kind], {
        model: options.model,
        now: options.now,
        from: batch.map(({ from }) => from),
        to: batch.map(({ to }) => [...to]),
        scores: batch.map(({ scores }) => [...scores]),
      });
    });
    edges += batch.reduce((sum, { to }) => sum + to.length, 0);
    await options.rest?.(performance.now() - began);
  }
  return edges;
}

function batchesOf(lists: readonly Neighbours[]): Neighbours[][] {
  const batches: Neighbours[][] = [];
  let room = 0;
  for (const list of lists) {
    const size = list.to.length + 1;
    if (size > room || batches.length === 0) {
      batches.push([]);
      room = EDGES_PER_TRANSACTION;
    }
    batches.at(-1)?.push(list);
    room -= size;
  }
  return batches;
}

/**
 * Deletes all neighbours of a model, of one kind or of both, that were computed before a time (milliseconds), and returns
 * how many those were.
 */
export async function forgetNeighbours(
  graph: Graph,
  options: {
    readonly model: string;
    readonly kind?: NeighbourKind;
    readonly before: number;
    readonly ranking: Ranking;
  },
): Promise<number> {
  const { model, kind = null, before, ranking } = options;
  for (let deleted = 0; ; ) {
    const gone = await graph.write(async (tx) => {
      await lockProjection(tx, ranking);
      const [row] = await tx.run(forget, { model, kind, before, limit: EDGES_PER_TRANSACTION });
      return row?.deleted ?? 0;
    });
    deleted += gone;
    if (gone < EDGES_PER_TRANSACTION) {
      return deleted;
    }
  }
}

/** Deletes what is left of own models that are no longer maintained: it would go stale, and feeds would still find it. */
export async function forgetUnmaintained(
  graph: Graph,
  { models, ranking }: { readonly models: readonly OwnModel[]; readonly ranking: Ranking },
): Promise<number> {
  let deleted = 0;
  for (const model of OWN_MODELS.filter((own) => !models.includes(own))) {
    deleted += await forgetNeighbours(graph, { model, before: Number.MAX_SAFE_INTEGER, ranking });
  }
  return deleted;
}
