import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import { jsonLinesOf, tableOf } from '../../src/evaluation/report.ts';
import { circles, useEmptyApp } from './opened.ts';

const lent = useEmptyApp();

describe('evaluating a feed on the real path', () => {
  it('finds for everybody the one thing of their own circle that they do not have', async () => {
    const said: string[] = [];
    const friendships = [['red-0', 'red-1']] as const;
    const algorithm = 'activity_enhanced_v1';
    const evaluation = await evaluate(
      lent.app,
      { ...circles(6), friendships, algorithm, rules: 'off', tune: false },
      (label, total) => (done) => void said.push(`${label} ${done}/${total}`),
    );

    const [own] = evaluation.rows;
    expect(own).toMatchObject({ name: algorithm, judgement: { hitRate: 1, people: 12 } });
    for (const [person, [first]] of evaluation.lists) {
      expect(`${person}: ${first}`).toBe(`${person}: ${person.replace('-', ' ')}`);
    }
    expect(own?.judgement.ndcg).toBeCloseTo(1, 12);
    expect(said).toContain('Appending 62/62');
    expect(tableOf(evaluation)).toMatch(/^\| +\| NDCG@10 \|.*\n\|-+\|.*\n\| activity_enhanced_v1 +\| +1\.0000/u);
    expect(jsonLinesOf(evaluation.lists).split('\n')[0]).toMatch(/^\{"user":"blue-0","items":\["blue 0"/u);
  }, 120_000);
});
