import { beforeEach, describe, expect, it } from 'vitest';
import { maintainedModels } from '../../../src/signals/similarity/models.ts';
import { forgetUnmaintained, writeNeighbours } from '../../../src/signals/similarity/neighbours.ts';
import { runSimilarity } from '../../../src/signals/similarity/run-similarity.ts';
import { useLog } from '../../log/fixture.ts';
import { useGraph } from '../../support/stores.ts';
import { type Edge, fillGraph, NOW, ranking, storedNeighbours } from './bipartite.ts';

const log = useLog();
const lent = useGraph();
beforeEach(() => lent.empty());

const liked = (person: string, ...contents: string[]): Edge[] =>
  contents.map((content) => ({ person, content, weight: 0.3, at: NOW }));
const SMALL = [...liked('ann', 'post:a', 'post:b'), ...liked('bo', 'post:a', 'post:b'), ...liked('cy', 'post:c')];
const stores = () => ({ graph: lent.graph, pool: log.pool });

describe('a full run', () => {
  it('computes the models it is given, and says what each did', async () => {
    await fillGraph(lent.graph, SMALL);
    const progress: unknown[] = [];
    const result = await runSimilarity(stores(), {
      ranking,
      models: ['cosine_people', 'seed_counts', 'cosine'],
      now: NOW,
      onProgress: async (reached) => progress.push(structuredClone(reached)),
    });
    expect(result).toEqual({
      cosine: { nodes: 3, edges: 2 },
      cosine_people: { nodes: 3, edges: 2 },
      seed_counts: { people: 0, peopleLeftOut: 0, edges: 0 },
    });
    expect(progress[0]).toEqual({ done: {}, within: { after: 'post:c', nodes: 3, edges: 2 } });
    expect((await storedNeighbours(lent.graph, 'rp3beta')).size).toBe(0);
  });

  it('goes on within the model where it was cut off, and does none twice', async () => {
    await fillGraph(lent.graph, SMALL);
    const result = await runSimilarity(stores(), {
      ranking,
      models: ['cosine', 'rp3beta', 'cosine_people'],
      now: NOW,
      progress: { done: { cosine: 'before' }, within: { after: 'post:a', nodes: 1, edges: 1 } },
      onProgress: async () => undefined,
    });
    expect(result).toEqual({
      cosine: 'before',
      rp3beta: { nodes: 3, edges: 2 },
      cosine_people: { nodes: 3, edges: 2 },
    });
    expect([...(await storedNeighbours(lent.graph, 'rp3beta')).keys()]).toEqual(['post:b']);
    expect((await storedNeighbours(lent.graph, 'cosine')).size).toBe(0);
  });
});

describe('the configuration', () => {
  it('takes what was computed under a model with it when it no longer names that, and nobody else’s', async () => {
    await fillGraph(lent.graph, SMALL);
    const list = [{ from: 'post:a', to: ['post:b'], scores: [1] }];
    for (const model of ['cosine', 'rp3beta', 'als']) {
      await writeNeighbours(lent.graph, list, { kind: 'content', model, ranking, now: NOW });
    }
    expect(await forgetUnmaintained(lent.graph, { models: ['cosine'], ranking })).toBe(1);
    const left = await Promise.all(['cosine', 'rp3beta', 'als'].map((model) => storedNeighbours(lent.graph, model)));
    expect(left.map(({ size }) => size)).toEqual([1, 0, 1]);
  });

  it('names what is maintained; without it that is the usual', () => {
    expect(maintainedModels(undefined)).toEqual(['cosine', 'cosine_people', 'ease']);
    expect(maintainedModels(['rp3beta', 'seed_counts'])).toEqual(['rp3beta', 'seed_counts']);
    expect(() => maintainedModels(['cosin'])).toThrow(/cosin is none of cosine, rp3beta/u);
  });
});
