import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import { readGraphData } from '../../src/evaluation/graph-data.ts';
import { tuningOf } from '../../src/evaluation/report.ts';
import { circles, useEmptyApp } from './opened.ts';

const lent = useEmptyApp();

describe('choosing the numbers of an algorithm', () => {
  const data = { ...circles(8), friendships: [['red-0', 'red-1'] as const] };

  it('tries them on the newest part, keeps what is better with what speaks for it, and judges the next feeds', async () => {
    const { app } = lent;
    const request = { ...data, algorithm: 'graph_v2', rules: 'off', tune: true } as const;
    const { tuning, rows } = await evaluate(app, request, () => () => undefined);
    if (tuning === null) {
      throw new Error('Nothing was tuned');
    }
    const { overlay, evidence } = tuning;
    expect(evidence).toMatchObject({ heldOut: 'newest' });
    expect(evidence.people).toBeGreaterThan(5);
    expect(evidence.after).toBeGreaterThanOrEqual(evidence.before);
    expect(evidence.trials.map(({ shape }) => shape)).toContain('as in its file');
    expect(evidence.ridges.map(({ lambda }) => lambda)).toContain(tuning.lambda);
    expect(rows[0]).toMatchObject({ name: 'graph_v2', judgement: { hitRate: 1, people: 16 } });
    expect(tuningOf(tuning)).toContain('put aside');
    const { rows: kept } = await app.pool.query<{ overlay: unknown; evidence: unknown }>(
      `SELECT overlay, evidence FROM tuned_algorithm WHERE algorithm = 'graph_v2' AND active`,
    );
    expect(kept).toEqual(overlay === null ? [] : [{ overlay, evidence }]);
  }, 240_000);

  it('reads the same data back from the graph', async () => {
    const { app } = lent;
    const read = await readGraphData(app.graph, { ranking: app.ranking, excludedTypes: [] });
    const pairs = (events: typeof data.training) => events.map(({ person, item }) => `${person} ${item}`).sort();
    const items = read.training.map((event) => ({ ...event, item: event.item.replace(/^item:/u, '') }));
    expect(pairs(items)).toEqual(pairs(data.training));
    expect(read.training.map(({ at }) => at)).toEqual(read.training.map(({ at }) => at).sort((a, b) => a - b));
    expect(read.friendships.map((pair) => [...pair].sort())).toContainEqual(['red-0', 'red-1']);
    const without = await readGraphData(app.graph, { ranking: app.ranking, excludedTypes: ['item'] });
    expect(without.training).toEqual([]);
  }, 60_000);
});
