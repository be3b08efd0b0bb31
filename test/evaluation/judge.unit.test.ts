import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interaction } from '../../src/evaluation/interactions.ts';
import { judge, peopleJudged } from '../../src/evaluation/judge.ts';

const took = (person: string, ...items: string[]): Interaction[] =>
  items.map((item) => ({ person, item, at: 0, weight: 1 }));

describe('judging lists', () => {
  it('gives a hit at rank 1 a gain of 1, at rank 2 of .6309, at rank 3 of .5, over the best list possible', () => {
    const training = [...took('ann', 'a'), ...took('bo', 'b')];
    const test = [...took('ann', 'x', 'y'), ...took('bo', 'z')];
    const lists = new Map([
      ['ann', ['q', 'x', 'y']],
      ['bo', ['z']],
    ]);
    const { ndcg, recall, hitRate, coverage, people } = judge(lists, training, test);
    // Ann: (.63093 + .5) / (1 + .63093) = .69343; Bo: 1.
    expect(ndcg).toBeCloseTo((0.693_426 + 1) / 2, 6);
    expect({ recall, hitRate, coverage, people }).toEqual({ recall: 1, hitRate: 1, coverage: 4, people: 2 });
  });

  it('counts nobody who has nothing in training, and gives 0 to whom no list was made for', () => {
    const training = took('ann', 'a');
    const test = [...took('ann', 'x'), ...took('new', 'x')];
    expect(peopleJudged(training, test)).toEqual(['ann']);
    expect(judge(new Map([['new', ['x']]]), training, test)).toMatchObject({ ndcg: 0, people: 1, short: 1 });
  });

  it('drops what the person has and what is repeated before it counts ten', () => {
    const list = ['a', 'b', 'c', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'x'];
    // x comes to rank 10: a, b are known and c is there twice. 1 / log₂(11) = .28906.
    const lists = new Map([['ann', list]]);
    expect(judge(lists, took('ann', 'a', 'b'), took('ann', 'x')).ndcg).toBeCloseTo(0.289_065, 6);
  });

  it('looks for no more right items than ten, though the person took more', () => {
    const items = Array.from({ length: 20 }, (_, index) => `i${index}`);
    const { ndcg, recall } = judge(new Map([['ann', items]]), took('ann', 'a'), took('ann', ...items));
    expect(ndcg).toBeCloseTo(1, 12);
    expect(recall).toBe(0.5);
  });

  it('law: never leaves [0, 1], and is 1 for a list that begins with everything taken', () => {
    const item = fc.integer({ min: 0, max: 30 }).map((n) => `i${n}`);
    fc.assert(
      fc.property(fc.uniqueArray(item, { minLength: 1 }), fc.array(item), (taken, list) => {
        const training = took('ann', 'own');
        const test = took('ann', ...taken);
        const { ndcg } = judge(new Map([['ann', list]]), training, test);
        expect(ndcg).toBeGreaterThanOrEqual(0);
        expect(ndcg).toBeLessThanOrEqual(1 + 1e-12);
        expect(judge(new Map([['ann', taken]]), training, test).ndcg).toBeCloseTo(1, 12);
      }),
    );
  });
});
