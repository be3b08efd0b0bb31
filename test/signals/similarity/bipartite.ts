import fc from 'fast-check';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { DAY_MS } from '../../../src/core/clock.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import type { CoEngagementModel } from '../../../src/signals/similarity/models.ts';
import type { Neighbours } from '../../../src/signals/similarity/neighbours.ts';

/** Who engaged with what, and the slow obvious neighbours of it. */

export const NOW = Date.UTC(2026, 0, 15, 12);
export const ranking = DEFAULT_RANKING;

export interface Edge {
  readonly person: string;
  readonly content: string;
  readonly weight: number;
  /** Both `asOf` and `lastAt`. */
  readonly at: number;
  readonly authored?: boolean;
}

/** Makes the graph these edges and nothing else. */
export async function fillGraph(graph: Graph, edges: readonly Edge[]): Promise<void> {
  await graph.driver.executeQuery(
    `UNWIND $edges AS edge
     MERGE (u:User {id: edge.person})
     MERGE (c:Content {id: edge.content})
     SET c.type = split(edge.content, ':')[0]
     MERGE (u)-[e:ENGAGED]->(c)
     SET e.weight = edge.weight, e.asOf = edge.at, e.lastAt = edge.at
     FOREACH (_ IN CASE WHEN edge.authored THEN [1] ELSE [] END | MERGE (u)-[:AUTHORED]->(c))`,
    { edges },
  );
}

export async function storedNeighbours(graph: Graph, model: string): Promise<Map<string, Neighbours>> {
  const { records } = await graph.driver.executeQuery(
    `MATCH (a)-[s:SIMILAR_TO]->(b) WHERE s.model = $model
     WITH a, b, s ORDER BY s.score DESC, b.id
     RETURN a.id AS from, collect(b.id) AS to, collect(s.score) AS scores`,
    { model },
  );
  return new Map(records.map((record) => [record.get('from') as string, record.toObject() as unknown as Neighbours]));
}

/** At most one edge a pair; some of them authored, some faded to nothing, many at the same time. */
export const randomEdges: fc.Arbitrary<Edge[]> = fc.uniqueArray(
  fc.record({
    person: fc.constantFrom('ann', 'bo', 'cy', 'di', 'ed', 'flo', 'gus'),
    content: fc.constantFrom('post:a', 'post:b', 'post:c', 'story:d', 'story:e', 'comment:f', 'post:g', 'post:h'),
    weight: fc.constantFrom(0.1, 0.3, 1, 1e-17, -1e-17),
    at: fc.integer({ min: 0, max: 6 }).map((days) => NOW - days * DAY_MS),
    authored: fc.boolean().map((coin) => coin),
  }),
  { selector: ({ person, content }) => `${person} ${content}`, minLength: 20, maxLength: 50 },
);

/** What the model's neighbours are, read off the edges with nested loops. */
export function referenceNeighbours(edges: readonly Edge[], model: CoEngagementModel): Map<string, Neighbours> {
  const own = model.kind === 'people' ? 'person' : 'content';
  const froms = [...new Set(edges.map((edge) => edge[own]))];
  const lists = froms.map((from) => neighboursOf(from, edges, model));
  return new Map(lists.filter(({ to }) => to.length > 0).map((list) => [list.from, list]));
}

function neighboursOf(from: string, edges: readonly Edge[], model: CoEngagementModel): Neighbours {
  const people = model.kind === 'people';
  const [own, middle] = people ? (['person', 'content'] as const) : (['content', 'person'] as const);
  const [mostMiddles, mostOwn] = people ? [model.mostItems, model.mostPeople] : [model.mostPeople, model.mostItems];
  const real = edges.filter(
    (edge) => edge.weight * 2 ** (-(NOW - edge.at) / ranking.halfLifeMs.ENGAGED) >= model.leastWeight,
  );
  const newest = (key: typeof own | typeof middle, id: string, by: typeof own | typeof middle, most: number): Edge[] =>
    real
      .filter((edge) => edge[key] === id)
      .toSorted((a, b) => b.at - a.at || (a[by] < b[by] ? -1 : 1))
      .slice(0, most);
  const degree = (key: typeof own | typeof middle, id: string): number =>
    edges.filter((edge) => edge[key] === id).length;
  const authored = (edge: Edge): boolean => !people && edge.authored === true;

  const firsts = newest(own, from, middle, mostMiddles);
  const steps = firsts
    .filter((first) => degree(middle, first[middle]) <= model.tooMany && !authored(first))
    .flatMap((first) => {
      const seconds = newest(middle, first[middle], own, mostOwn);
      return seconds
        .filter((second) => second[own] !== from && !authored(second))
        .map((second) => ({ to: second[own], at: Math.max(first.at, second.at), choices: seconds.length }));
    });
  const scoreOf = (to: string): number => {
    const taken = steps.filter((step) => step.to === to);
    if (model.method === 'rp3beta') {
      return sum(taken.map(({ choices }) => 1 / firsts.length / choices)) / degree(own, to) ** model.beta;
    }
    const shared = sum(taken.map(({ at }) => 2 ** (-(NOW - at) / (model.halfLifeMs ?? Number.POSITIVE_INFINITY))));
    const cosine = shared / Math.sqrt(firsts.length * degree(own, to));
    return (cosine * taken.length) / (taken.length + model.shrinkage);
  };
  const list = [...new Set(steps.map(({ to }) => to))]
    .filter((to) => people || !model.excludedTypes.includes(to.split(':')[0] ?? ''))
    .map((to) => ({ to, score: scoreOf(to) }))
    .toSorted((a, b) => b.score - a.score || (a.to < b.to ? -1 : 1))
    .slice(0, model.mostNeighbours);
  return { from, to: list.map(({ to }) => to), scores: list.map(({ score }) => score) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
