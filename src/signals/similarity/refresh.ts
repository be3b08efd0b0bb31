import { z } from 'zod';
import type { Ranking } from '../../activity/ranking.ts';
import type { Graph } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import { nextPeople } from '../next-people.ts';
import type { Rest } from '../rest.ts';
import { createSparing, type OnSkipped } from '../sparing.ts';
import type { CoEngagementModel } from './models.ts';
import { type Neighbours, writeNeighbours } from './neighbours.ts';

const shared = {
  ids: z.array(z.string()),
  now: z.number(),
  engagedHalfLifeMs: z.number().positive(),
  leastWeight: z.number(),
  densest: z.number(),
  mostPeople: z.number(),
  mostItems: z.number(),
  tooMany: z.number(),
  mostNeighbours: z.number(),
};
const row = z.object({ from: z.string(), to: z.array(z.string()), scores: z.array(z.number()) });
const excludedTypes = z.array(z.string());
const cosineOfContents = defineQuery({
  name: 'similarity/cosine-contents',
  mode: 'read',
  params: z.object({ ...shared, halfLifeMs: z.number().positive(), shrinkage: z.number(), excludedTypes }),
  row,
});
const cosineOfPeople = defineQuery({
  name: 'similarity/cosine-people',
  mode: 'read',
  params: z.object({ ...shared, halfLifeMs: z.number().positive(), shrinkage: z.number() }),
  row,
});
const walkOfContents = defineQuery({
  name: 'similarity/rp3beta-contents',
  mode: 'read',
  params: z.object({ ...shared, beta: z.number(), excludedTypes }),
  row,
});
const page = { params: z.object({ after: z.string(), limit: z.number() }), row: z.object({ id: z.string() }) };
const next = {
  content: defineQuery({ name: 'similarity/next-contents', mode: 'read', ...page }),
  people: nextPeople,
};

/** Nodes whose neighbours are computed by one query; some milliseconds each. */
const NODES_PER_QUERY = 20;
const NODES_PER_PAGE = 1_000;
/** More edges than any node has; Neo4j compares with whole numbers of 32 bits. */
const EVERYBODY = 1e9;
/** So slow a fading that it is none, in milliseconds. */
const NEVER_MS = 1e30;

export interface RefreshOptions {
  readonly ranking: Ranking;
  /** Milliseconds since the epoch at which the weights are read. */
  readonly now: number;
  /** Waits between two pieces of work, given how long the last one took in milliseconds. */
  readonly rest?: Rest | undefined;
  /** Told of a node whose neighbours could not be computed. */
  readonly onSkipped?: OnSkipped | undefined;
}

/** How far a full run is: the neighbours of all nodes up to `after` are done. */
export const refreshProgressSchema = z.object({ after: z.string(), nodes: z.number(), edges: z.number() });
export type RefreshProgress = z.infer<typeof refreshProgressSchema>;

/**
 * The neighbours of these nodes as the model has them at `now`; nodes that the graph does not know, or that have more
 * than `densest` edges, are left out. Cost grows with `mostPeople · mostItems` a node at most.
 */
async function computeNeighbours(
  graph: Graph,
  model: CoEngagementModel,
  ids: readonly string[],
  { ranking, now }: RefreshOptions,
): Promise<Neighbours[]> {
  const params = {
    ids: [...ids],
    now,
    engagedHalfLifeMs: ranking.halfLifeMs.ENGAGED,
    leastWeight: model.leastWeight,
    densest: model.densest,
    mostPeople: model.mostPeople,
    mostItems: model.mostItems,
    tooMany: model.tooMany,
    mostNeighbours: model.mostNeighbours,
  };
  const excluded = { excludedTypes: [...model.excludedTypes] };
  if (model.method === 'rp3beta') {
    return await graph.run(walkOfContents, { ...params, ...excluded, beta: model.beta });
  }
  const cosine = { ...params, halfLifeMs: model.halfLifeMs ?? NEVER_MS, shrinkage: model.shrinkage };
  return model.kind === 'people'
    ? await graph.run(cosineOfPeople, cosine)
    : await graph.run(cosineOfContents, { ...cosine, ...excluded });
}

/**
 * Computes and writes the neighbours of these nodes anew; those of nodes with more than `densest` edges stay as the last
 * full run left them. Gives every other node what a full run at the same `now` gives it. Returns how many edges there are.
 */
export async function refreshNodes(
  graph: Graph,
  model: CoEngagementModel,
  ids: readonly string[],
  options: RefreshOptions,
): Promise<number> {
  const sparing = createSparing(options.onSkipped);
  let edges = 0;
  for (let at = 0; at < ids.length; at += NODES_PER_QUERY) {
    const began = performance.now();
    await sparing.each(ids.slice(at, at + NODES_PER_QUERY), async (some) => {
      const lists = await computeNeighbours(graph, model, some, options);
      edges += await writeNeighbours(graph, lists, {
        ...options,
        kind: model.kind,
        model: model.name,
        rest: undefined,
      });
    });
    // Between two pieces only: who follows single activities rests by themselves.
    if (at + NODES_PER_QUERY < ids.length) {
      await options.rest?.(performance.now() - began);
    }
  }
  return edges;
}

/**
 * Computes and writes the neighbours of every node of the model's kind, in the order of their ids, from where `progress`
 * says; `onProgress` is called after every page and may end the run by throwing.
 */
export async function refreshAll(
  graph: Graph,
  model: CoEngagementModel,
  options: RefreshOptions & {
    readonly progress?: RefreshProgress | undefined;
    readonly onProgress?: (progress: RefreshProgress) => Promise<unknown>;
  },
): Promise<RefreshProgress> {
  let progress = options.progress ?? { after: '', nodes: 0, edges: 0 };
  const full = { ...model, densest: EVERYBODY };
  for (;;) {
    const found = await graph.run(next[model.kind], { after: progress.after, limit: NODES_PER_PAGE });
    const ids = found.map(({ id }) => id);
    const last = ids.at(-1);
    if (last === undefined) {
      return progress;
    }
    const edges = await refreshNodes(graph, full, ids, options);
    progress = { after: last, nodes: progress.nodes + ids.length, edges: progress.edges + edges };
    await options.onProgress?.(progress);
  }
}
