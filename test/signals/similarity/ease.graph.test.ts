import { beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/core/clock.ts';
import { readHistories, TEACHING } from '../../../src/signals/similarity/ease/histories.ts';
import { trainEase } from '../../../src/signals/similarity/ease/train-ease.ts';
import { writeNeighbours } from '../../../src/signals/similarity/neighbours.ts';
import { useGraph } from '../../support/stores.ts';
import { type Edge, fillGraph, NOW, ranking, storedNeighbours } from './bipartite.ts';

const lent = useGraph();
beforeEach(() => lent.empty());

const liked = (person: string, content: string, daysAgo = 1, weight = 0.3): Edge => ({
  person,
  content,
  weight,
  at: NOW - daysAgo * DAY_MS,
});
/** Ann likes a and b, Bo likes a. */
const SMALL = [liked('ann', 'post:a'), liked('ann', 'post:b', 2), liked('bo', 'post:a')];
const options = { ranking, now: NOW };

describe('ease', () => {
  it('puts the weights worked out by hand into the graph', async () => {
    await fillGraph(lent.graph, SMALL);
    const result = await trainEase(lent.graph, { ...options, lambda: 1 });
    // XᵀX + I = [[3, 1], [1, 2]], its inverse [[2, −1], [−1, 3]] / 5: B(a, b) = 1/3, B(b, a) = 1/2.
    const stored = await storedNeighbours(lent.graph, 'ease');
    expect(stored.get('post:a')).toMatchObject({ to: ['post:b'], scores: [expect.closeTo(1 / 3, 12)] });
    expect(stored.get('post:b')).toMatchObject({ to: ['post:a'], scores: [expect.closeTo(1 / 2, 12)] });
    expect(result).toEqual({
      model: 'ease',
      people: 2,
      contents: 2,
      engagements: 3,
      contentsLeftOut: 0,
      side: 'contents',
      lambda: 1,
      edges: 2,
      forgotten: 0,
    });
  });

  it('keeps negative weights', async () => {
    const edges = [1, 2, 3, 4].flatMap((n) => [
      liked(`p${n}`, 'post:all'),
      liked(`p${n}`, n % 2 === 0 ? 'post:even' : 'post:odd'),
    ]);
    await fillGraph(lent.graph, edges);
    await trainEase(lent.graph, { ...options, lambda: 1 });
    const even = (await storedNeighbours(lent.graph, 'ease')).get('post:even');
    expect(even?.to).toEqual(['post:all', 'post:odd']);
    expect(even?.scores[1]).toBeLessThan(0);
  });

  it('forgets what an earlier run learned of content that is gone, and nothing of other models', async () => {
    await fillGraph(lent.graph, [...SMALL, { ...liked('cy', 'post:c'), weight: 0 }]);
    const old = [{ from: 'post:c', to: ['post:a'], scores: [1] }];
    const former = { kind: 'content' as const, ranking, now: NOW - DAY_MS };
    await writeNeighbours(lent.graph, old, { ...former, model: 'ease' });
    await writeNeighbours(lent.graph, old, { ...former, model: 'cosine' });
    const { forgotten } = await trainEase(lent.graph, options);
    expect(forgotten).toBe(1);
    expect((await storedNeighbours(lent.graph, 'ease')).has('post:c')).toBe(false);
    expect((await storedNeighbours(lent.graph, 'cosine')).has('post:c')).toBe(true);
  });

  it('learns of an empty graph nothing', async () => {
    expect(await trainEase(lent.graph, options)).toMatchObject({ people: 0, contents: 0, edges: 0 });
  });
});

describe('what it is taught', () => {
  const read = (own: object) => readHistories(lent.graph, { ...TEACHING, ...options, ...own });

  it('leaves out what few people engaged with lately, and says so, when there is too much', async () => {
    await fillGraph(lent.graph, [
      ...SMALL,
      ...['ann', 'bo', 'cy'].map((person) => liked(person, 'post:old', 100)),
      liked('cy', 'post:a'),
      liked('cy', 'post:b'),
    ]);
    const { contents, contentsLeftOut, histories } = await read({ largestSide: 2 });
    expect(contents).toEqual(['post:a', 'post:b']);
    expect(contentsLeftOut).toBe(1);
    expect(histories).toMatchObject({ people: 3, contents: 2 });
    expect([...histories.starts]).toEqual([0, 2, 3, 5]);
  });

  it('fades with the number of newer engagements, or weighs, as it is asked to', async () => {
    await fillGraph(lent.graph, [
      liked('ann', 'post:a', 3, 1),
      liked('ann', 'post:b', 2, 0.5),
      liked('ann', 'post:c', 1),
    ]);
    const faded = await read({ halfLifeItems: 1 });
    expect([...faded.histories.values]).toEqual([1, 1 / 2, 1 / 4]);
    const weighed = await read({ values: 'weight' });
    const now = (weight: number, days: number): number => weight * 2 ** ((-days * DAY_MS) / ranking.halfLifeMs.ENGAGED);
    const [c, b, a] = [now(0.3, 1), now(0.5, 2), now(1, 3)];
    [c / a, b / a, 1].forEach((value, at) => {
      expect(weighed.histories.values[at]).toBeCloseTo(value, 9);
    });
  });
});
