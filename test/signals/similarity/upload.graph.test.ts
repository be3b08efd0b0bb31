import { beforeEach, describe, expect, it } from 'vitest';
import { writeNeighbours } from '../../../src/signals/similarity/neighbours.ts';
import {
  deleteModel,
  MAX_NEIGHBOURS_EACH,
  putNeighbours,
  type Upload,
} from '../../../src/signals/similarity/upload.ts';
import { useGraph } from '../../support/stores.ts';
import { fillGraph, NOW, ranking, storedNeighbours } from './bipartite.ts';

const lent = useGraph();
beforeEach(async () => {
  await lent.empty();
  await fillGraph(
    lent.graph,
    ['post:a', 'post:b', 'post:c'].map((content) => ({ person: 'ann', content, weight: 0.3, at: NOW })),
  );
});

const put = (neighbours: [string, string, number][], own: Partial<Upload> = {}, now = NOW) =>
  putNeighbours(
    lent.graph,
    {
      model: 'als',
      kind: 'content',
      neighbours: neighbours.map(([from, to, score]) => ({ from, to, score })),
      replaceAll: false,
      ...own,
    },
    { ranking, now },
  );
const stored = async () =>
  [...(await storedNeighbours(lent.graph, 'als')).values()]
    .flatMap(({ from, to, scores }) => to.map((other, rank) => [from, other, scores[rank]]))
    .sort();

describe('neighbours of another program', () => {
  it('replace those of the nodes that they name, and no others', async () => {
    await put([
      ['post:a', 'post:b', 1],
      ['post:b', 'post:a', 2],
    ]);
    const result = await put([['post:a', 'post:c', -3]]);
    expect(await stored()).toEqual([
      ['post:a', 'post:c', -3],
      ['post:b', 'post:a', 2],
    ]);
    expect(result).toEqual({
      model: 'als',
      kind: 'content',
      nodes: 1,
      neighbours: 1,
      unknown: { count: 0, ids: [] },
      forgotten: 0,
      computedAt: NOW,
    });
  });

  it('replace all when that is asked for', async () => {
    await put([
      ['post:a', 'post:b', 1],
      ['post:b', 'post:a', 2],
    ]);
    const result = await put([['post:a', 'post:c', 3]], { replaceAll: true }, NOW + 1);
    expect(await stored()).toEqual([['post:a', 'post:c', 3]]);
    expect(result.forgotten).toBe(1);
  });

  it('replace all of their kind only', async () => {
    await fillGraph(lent.graph, [{ person: 'bo', content: 'post:a', weight: 1, at: NOW }]);
    await put([['ann', 'bo', 0.5]], { kind: 'people' });
    await put([['post:a', 'post:b', 1]]);
    const content = await put([['post:b', 'post:c', 3]], { replaceAll: true }, NOW + 1);
    expect(content.forgotten).toBe(1);
    const rest = [['post:b', 'post:c', 3]];
    expect(await stored()).toEqual([['ann', 'bo', 0.5], ...rest]);
    expect((await put([], { kind: 'people', replaceAll: true }, NOW + 2)).forgotten).toBe(1);
    expect(await stored()).toEqual(rest);
  });

  it('may come in parts, the last of which replaces all that came before the first', async () => {
    await put([['post:c', 'post:a', 9]]);
    const first = await put([['post:a', 'post:b', 1]], {}, NOW + 1);
    expect(await stored()).toHaveLength(2);
    const last = { replaceAll: true, since: first.computedAt };
    expect((await put([['post:b', 'post:a', 2]], last, NOW + 2)).forgotten).toBe(1);
    expect(await stored()).toEqual([
      ['post:a', 'post:b', 1],
      ['post:b', 'post:a', 2],
    ]);
  });

  it('of unknown ids are left out and reported', async () => {
    const result = await put([
      ['post:a', 'post:gone', 1],
      ['post:a', 'post:b', 2],
      ['post:lost', 'post:b', 3],
    ]);
    expect(await stored()).toEqual([['post:a', 'post:b', 2]]);
    expect(result).toMatchObject({ nodes: 1, neighbours: 1, unknown: { count: 2, ids: ['post:gone', 'post:lost'] } });
  });

  it('may be of people', async () => {
    await fillGraph(lent.graph, [{ person: 'bo', content: 'post:a', weight: 1, at: NOW }]);
    await put([['ann', 'bo', 0.5]], { kind: 'people' });
    expect(await stored()).toEqual([['ann', 'bo', 0.5]]);
  });

  it.each<[string, [string, string, number][], RegExp]>([
    ['a neighbour of itself', [['post:a', 'post:a', 1]], /neighbours\.0: a node is no neighbour of itself/u],
    [
      'a pair named twice',
      [
        ['post:a', 'post:b', 1],
        ['post:a', 'post:b', 2],
      ],
      /neighbours\.1: the pair/u,
    ],
    [
      'too many of one node',
      Array.from({ length: MAX_NEIGHBOURS_EACH + 1 }, (_, n) => ['post:a', `post:${n}`, 1]),
      /neighbours\.500: at most 500/u,
    ],
  ])('are refused with %s, and nothing is changed', async (_what, neighbours, message) => {
    await put([['post:b', 'post:c', 1]]);
    await expect(put(neighbours)).rejects.toThrow(message);
    await expect(put(neighbours)).rejects.toMatchObject({ code: 'NEIGHBOURS_INVALID' });
    expect(await stored()).toEqual([['post:b', 'post:c', 1]]);
  });

  it('are refused under a name of the service’s own', async () => {
    await expect(put([['post:a', 'post:b', 1]], { model: 'ease' })).rejects.toMatchObject({ code: 'MODEL_RESERVED' });
    await expect(deleteModel(lent.graph, 'cosine', ranking)).rejects.toMatchObject({ code: 'MODEL_RESERVED' });
  });

  it('are deleted by name', async () => {
    const list = [{ from: 'post:a', to: ['post:b'], scores: [1] }];
    await writeNeighbours(lent.graph, list, { kind: 'content', model: 'other', ranking, now: NOW });
    await put([['post:a', 'post:b', 1]]);
    expect(await deleteModel(lent.graph, 'als', ranking)).toEqual({ model: 'als', forgotten: 1 });
    expect(await stored()).toEqual([]);
    expect((await storedNeighbours(lent.graph, 'other')).size).toBe(1);
  });
});
