import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/core/clock.ts';
import { COSINE, COSINE_PEOPLE, type CoEngagementModel, RP3BETA } from '../../../src/signals/similarity/models.ts';
import { forgetNeighbours } from '../../../src/signals/similarity/neighbours.ts';
import { refreshAll, refreshNodes } from '../../../src/signals/similarity/refresh.ts';
import { refreshSimilarity } from '../../../src/signals/similarity/refresh-similarity.ts';
import { useGraph } from '../../support/stores.ts';
import { type Edge, fillGraph, NOW, randomEdges, ranking, referenceNeighbours, storedNeighbours } from './bipartite.ts';

const lent = useGraph();
beforeEach(() => lent.empty());

const TIGHT = { mostPeople: 4, mostItems: 4, tooMany: 6, mostNeighbours: 3 };
const MODELS: readonly CoEngagementModel[] = [
  COSINE,
  RP3BETA,
  COSINE_PEOPLE,
  { ...COSINE, ...TIGHT, halfLifeMs: 2 * DAY_MS, shrinkage: 1 },
  { ...RP3BETA, ...TIGHT, beta: 1 },
  { ...COSINE_PEOPLE, ...TIGHT, halfLifeMs: 2 * DAY_MS, shrinkage: 0 },
];

const liked = (person: string, ...contents: string[]): Edge[] =>
  contents.map((content) => ({ person, content, weight: 0.3, at: NOW - DAY_MS }));
/** Ann, Bo and Cy like a; Ann and Bo like b; Cy likes c, and Di b and c. */
const SMALL = [
  ...liked('ann', 'post:a', 'post:b'),
  ...liked('bo', 'post:a', 'post:b'),
  ...liked('cy', 'post:a', 'post:c'),
  ...liked('di', 'post:b', 'post:c'),
];

/** Equal up to the rounding of sums in another order; neighbours of equal score may then change places. */
function expectSame(stored: ReadonlyMap<string, unknown>, wanted: ReturnType<typeof referenceNeighbours>): void {
  const pairs = (lists: ReadonlyMap<string, unknown>) =>
    [...(lists as typeof wanted).values()]
      .flatMap(({ from, scores }) => scores.map((score, rank) => `${from} ${rank + 1}: ${score.toFixed(9)}`))
      .sort();
  expect(pairs(stored)).toEqual(pairs(wanted));
}

describe('the neighbours', () => {
  it('by cosine are those worked out by hand', async () => {
    await fillGraph(lent.graph, SMALL);
    await refreshNodes(lent.graph, COSINE, ['post:a'], { ranking, now: NOW });
    // a has 3 people, b has 3, c has 2; a and b share 2 people, a and c 1; shrinkage 5.
    const [withB, withC] = [((2 / Math.sqrt(3 * 3)) * 2) / (2 + 5), ((1 / Math.sqrt(3 * 2)) * 1) / (1 + 5)];
    const list = (await storedNeighbours(lent.graph, 'cosine')).get('post:a');
    expect(list?.to).toEqual(['post:b', 'post:c']);
    expect(list?.scores[0]).toBeCloseTo(withB, 12);
    expect(list?.scores[1]).toBeCloseTo(withC, 12);
  });

  it('by random walk are those worked out by hand', async () => {
    await fillGraph(lent.graph, SMALL);
    await refreshNodes(lent.graph, RP3BETA, ['post:a'], { ranking, now: NOW });
    // From a to Ann, Bo or Cy with 1/3 each; from Ann and from Bo to b with 1/2, from Cy to c with 1/2.
    const [toB, toC] = [(1 / 3) * (1 / 2) * 2, (1 / 3) * (1 / 2)];
    const list = (await storedNeighbours(lent.graph, 'rp3beta')).get('post:a');
    expect(list?.to).toEqual(['post:b', 'post:c']);
    expect(list?.scores[0]).toBeCloseTo(toB / 3 ** 0.6, 12);
    expect(list?.scores[1]).toBeCloseTo(toC / 2 ** 0.6, 12);
  });

  it('of a person are those who like the same, worked out by hand', async () => {
    await fillGraph(lent.graph, SMALL);
    await refreshNodes(lent.graph, COSINE_PEOPLE, ['ann'], { ranking, now: NOW });
    const list = (await storedNeighbours(lent.graph, 'cosine_people')).get('ann');
    // Everybody likes two things; Ann has both in common with Bo, one with Cy (a) and one with Di (b).
    expect(list?.to).toEqual(['bo', 'cy', 'di']);
    expect(list?.scores[0]).toBeCloseTo(((2 / 2) * 2) / 7, 12);
    expect(list?.scores[1]).toBeCloseTo(((1 / 2) * 1) / 6, 12);
  });

  it('do not come from what was taken back, nor from those who made the content', async () => {
    await fillGraph(lent.graph, [
      ...liked('ann', 'post:a', 'post:b'),
      { person: 'bo', content: 'post:a', weight: 5e-17, at: NOW },
      ...liked('bo', 'post:c'),
      ...liked('cy', 'post:a'),
      { person: 'cy', content: 'post:own', weight: 1, at: NOW, authored: true },
    ]);
    await refreshNodes(lent.graph, COSINE, ['post:a'], { ranking, now: NOW });
    expect((await storedNeighbours(lent.graph, 'cosine')).get('post:a')?.to).toEqual(['post:b']);
  });

  it.each(MODELS.map((model, index) => [`${model.name} ${index}`, model] as const))(
    'of %s are those of the slow reference, all at once and one by one',
    async (_, model) => {
      const check = async (edges: Edge[]): Promise<void> => {
        await lent.empty();
        await fillGraph(lent.graph, edges);
        const wanted = referenceNeighbours(edges, model);
        await refreshAll(lent.graph, model, { ranking, now: NOW });
        expectSame(await storedNeighbours(lent.graph, model.name), wanted);
        await forgetNeighbours(lent.graph, { model: model.name, before: NOW + 1, ranking });
        for (const id of new Set(edges.map((edge) => edge[model.kind === 'people' ? 'person' : 'content']))) {
          await refreshNodes(lent.graph, model, [id], { ranking, now: NOW });
        }
        expectSame(await storedNeighbours(lent.graph, model.name), wanted);
      };
      await fc.assert(fc.asyncProperty(randomEdges, check), { numRuns: 3, seed: 11, endOnFailure: true });
    },
    120_000,
  );
});

describe('a refresh', () => {
  it('of what was touched equals the full run there, and leaves the rest as it was', async () => {
    const refresh = refreshSimilarity({ graph: lent.graph, ranking, models: ['cosine', 'cosine_people', 'ease'] });
    await fillGraph(lent.graph, SMALL);
    await refreshAll(lent.graph, COSINE, { ranking, now: NOW - 1_000 });
    const before = await storedNeighbours(lent.graph, 'cosine');
    const added = [...SMALL, ...liked('di', 'post:a')];
    await fillGraph(lent.graph, added);
    await refresh.refresh({ people: new Set(['di']), contents: new Set(['post:a']), connections: new Set() }, NOW);

    const stored = await storedNeighbours(lent.graph, 'cosine');
    const wanted = referenceNeighbours(added, COSINE);
    expectSame(new Map([['post:a', stored.get('post:a')]]), new Map([['post:a', wanted.get('post:a') as never]]));
    expect(stored.get('post:b')).toEqual(before.get('post:b'));
    const people = await storedNeighbours(lent.graph, 'cosine_people');
    expect([...people.keys()]).toEqual(['di']);
    expect(people.get('di')?.to[0]).toBe('ann');
  });

  it('takes away neighbours that are none any more', async () => {
    await fillGraph(lent.graph, SMALL);
    await refreshNodes(lent.graph, COSINE, ['post:a'], { ranking, now: NOW });
    await lent.graph.driver.executeQuery("MATCH (:User {id: 'cy'})-[e:ENGAGED]->() SET e.weight = 0");
    await refreshNodes(lent.graph, COSINE, ['post:a'], { ranking, now: NOW });
    expect((await storedNeighbours(lent.graph, 'cosine')).get('post:a')?.to).toEqual(['post:b']);
  });

  it('leaves very popular content to the full run', async () => {
    await fillGraph(lent.graph, SMALL);
    const model = { ...COSINE, densest: 2 };
    await refreshNodes(lent.graph, model, ['post:a', 'post:c'], { ranking, now: NOW });
    expect([...(await storedNeighbours(lent.graph, 'cosine')).keys()]).toEqual(['post:c']);
    await refreshAll(lent.graph, model, { ranking, now: NOW });
    expect([...(await storedNeighbours(lent.graph, 'cosine')).keys()].sort()).toEqual(['post:a', 'post:b', 'post:c']);
  });

  it('of everything goes on where it was cut off', async () => {
    await fillGraph(lent.graph, SMALL);
    const after = { after: 'post:a', nodes: 1, edges: 2 };
    const progress = await refreshAll(lent.graph, COSINE, { ranking, now: NOW, progress: after });
    expect(progress).toEqual({ after: 'post:c', nodes: 3, edges: 6 });
    expect([...(await storedNeighbours(lent.graph, 'cosine')).keys()].sort()).toEqual(['post:b', 'post:c']);
  });
});
