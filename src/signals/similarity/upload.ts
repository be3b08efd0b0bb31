import { z } from 'zod';
import type { Ranking } from '../../activity/ranking.ts';
import { AppError } from '../../core/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import { isOwnModel, type NeighbourKind } from './models.ts';
import { forgetNeighbours, type Neighbours, writeNeighbours } from './neighbours.ts';

const ids = { params: z.object({ ids: z.array(z.string()) }), row: z.object({ id: z.string() }) };
const known = {
  content: defineQuery({ name: 'similarity/known-contents', mode: 'read', ...ids }),
  people: defineQuery({ name: 'similarity/known-people', mode: 'read', ...ids }),
};

/** Most neighbours of one node, and in one upload. */
export const MAX_NEIGHBOURS_EACH = 500;
export const MAX_NEIGHBOURS = 100_000;
const IDS_PER_QUERY = 5_000;
/** Unknown ids that are named; the others are only counted. */
const UNKNOWN_SHOWN = 100;

/** Who engaged with `from` should like `to` by `score`, says another program. */
interface UploadedNeighbour {
  readonly from: string;
  readonly to: string;
  readonly score: number;
}

export interface Upload {
  readonly model: string;
  readonly kind: NeighbourKind;
  readonly neighbours: readonly UploadedNeighbour[];
  /** Also forgets the model's neighbours of nodes of this kind that this upload does not name. */
  readonly replaceAll: boolean;
  /** Forgets then only what was computed before this time, in milliseconds; default: before this upload. */
  readonly since?: number;
}

export interface UploadResult {
  readonly model: string;
  readonly kind: NeighbourKind;
  /** Nodes whose neighbours were replaced. */
  readonly nodes: number;
  readonly neighbours: number;
  /** Ids that the graph does not know, with whatever hung on them left out: how many, and some of them. */
  readonly unknown: { readonly count: number; readonly ids: readonly string[] };
  /** Neighbours of other nodes that were deleted. */
  readonly forgotten: number;
  /** When these neighbours came, in milliseconds. */
  readonly computedAt: number;
}

/**
 * Puts neighbours that another program computed into the graph under its name, in the place of those that the model had
 * for the same `from` nodes. The same upload again changes nothing.
 *
 * @throws AppError `MODEL_RESERVED`, `NEIGHBOURS_INVALID`, `PAYLOAD_TOO_LARGE`.
 */
export async function putNeighbours(
  graph: Graph,
  upload: Upload,
  { ranking, now }: { readonly ranking: Ranking; readonly now: number },
): Promise<UploadResult> {
  const { model, kind, neighbours, replaceAll } = upload;
  checkModel(model);
  const lists = listsOf(neighbours);
  const named = new Set(neighbours.flatMap(({ from, to }) => [from, to]));
  const there = await knownAmong(graph, kind, [...named]);
  const unknown = [...named].filter((id) => !there.has(id));
  const kept = lists.filter(({ from }) => there.has(from)).map((list) => onlyTo(list, there));
  const written = await writeNeighbours(graph, kept, { kind, model, ranking, now });
  const before = Math.min(upload.since ?? now, now);
  const forgotten = replaceAll ? await forgetNeighbours(graph, { model, kind, before, ranking }) : 0;
  return {
    model,
    kind,
    nodes: kept.length,
    neighbours: written,
    unknown: { count: unknown.length, ids: unknown.slice(0, UNKNOWN_SHOWN) },
    forgotten,
    computedAt: now,
  };
}

/** Deletes everything under the name of another program's model. @throws AppError `MODEL_RESERVED` */
export async function deleteModel(
  graph: Graph,
  model: string,
  ranking: Ranking,
): Promise<{ readonly model: string; readonly forgotten: number }> {
  checkModel(model);
  return { model, forgotten: await forgetNeighbours(graph, { model, before: Number.MAX_SAFE_INTEGER, ranking }) };
}

function checkModel(model: string): void {
  if (isOwnModel(model)) {
    throw new AppError('MODEL_RESERVED', `${model} is a model that this service computes itself.`);
  }
}

/** One list for each `from`, strongest first by amount. */
function listsOf(neighbours: readonly UploadedNeighbour[]): Neighbours[] {
  if (neighbours.length > MAX_NEIGHBOURS) {
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      `${neighbours.length} neighbours were sent, at most ${MAX_NEIGHBOURS} are allowed.`,
    );
  }
  const byFrom = new Map<string, Map<string, number>>();
  neighbours.forEach(({ from, to, score }, index) => {
    const list = byFrom.get(from) ?? new Map<string, number>();
    byFrom.set(from, list);
    const fault =
      from === to
        ? 'a node is no neighbour of itself'
        : list.has(to)
          ? 'the pair was named before'
          : list.size >= MAX_NEIGHBOURS_EACH
            ? `at most ${MAX_NEIGHBOURS_EACH} neighbours of one node are allowed`
            : undefined;
    if (fault !== undefined) {
      throw new AppError('NEIGHBOURS_INVALID', `neighbours.${index}: ${fault}.`);
    }
    list.set(to, score);
  });
  return [...byFrom].map(([from, list]) => {
    const strongest = [...list].sort(([a, x], [b, y]) => Math.abs(y) - Math.abs(x) || (a < b ? -1 : 1));
    return { from, to: strongest.map(([to]) => to), scores: strongest.map(([, score]) => score) };
  });
}

function onlyTo(list: Neighbours, there: ReadonlySet<string>): Neighbours {
  const kept = list.to.map((to, index) => ({ to, score: list.scores[index] ?? 0 })).filter(({ to }) => there.has(to));
  return { from: list.from, to: kept.map(({ to }) => to), scores: kept.map(({ score }) => score) };
}

async function knownAmong(graph: Graph, kind: NeighbourKind, named: readonly string[]): Promise<Set<string>> {
  const there = new Set<string>();
  for (let at = 0; at < named.length; at += IDS_PER_QUERY) {
    for (const { id } of await graph.run(known[kind], { ids: named.slice(at, at + IDS_PER_QUERY) })) {
      there.add(id);
    }
  }
  return there;
}
