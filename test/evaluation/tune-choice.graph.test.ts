import { describe, expect, it } from 'vitest';
import { chooseNumbers } from '../../src/evaluation/evaluate.ts';
import { isClearGain } from '../../src/evaluation/tune/clear-gain.ts';
import { algorithmNamed } from '../../src/feed/rank/algorithms.ts';
import { overlaid } from '../../src/feed/rank/tuned.ts';
import { circles, useEmptyApp } from './opened.ts';

const lent = useEmptyApp();

describe('choosing the numbers of an algorithm that shows first what nobody likes', () => {
  it('turns it round, clearly', async () => {
    const terms = { similar: { weight: -1 }, similar_people: { weight: -1 }, popularity: { weight: 0 } };
    const algorithm = overlaid(algorithmNamed('graph_v2'), { score: { terms } });
    if (algorithm === undefined) {
      throw new Error('These are weights');
    }
    const data = { ...circles(12), friendships: [] };
    const { tuning } = await chooseNumbers(lent.app, { data, algorithm }, () => () => undefined);
    const { overlay, evidence } = tuning;
    expect(evidence.after).toBeGreaterThan(evidence.before + 0.1);
    expect(isClearGain(evidence)).toBe(true);
    expect(evidence.trials.find(({ ndcg }) => ndcg === evidence.after)).toBeDefined();
    expect(overlay).not.toBeNull();
    const turned = overlaid(algorithm, overlay ?? {});
    expect(turned?.score).not.toEqual(algorithm.score);
  }, 240_000);
});
