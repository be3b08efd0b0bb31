import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate } from '../../src/evaluation/tune/activate.ts';
import { algorithmNamed } from '../../src/feed/rank/algorithms.ts';
import { merged, overlaid, withTuning } from '../../src/feed/rank/tuned.ts';
import { openPool } from '../../src/log/database.ts';
import { usePostgres } from '../support/stores.ts';

const postgres = usePostgres();
let pool: ReturnType<typeof openPool>;
beforeAll(() => {
  pool = openPool(postgres.url);
});
afterAll(() => pool.end());

const graphV2 = algorithmNamed('graph_v2');
const overlay = { history: { halfLifeDays: 3 }, score: { terms: { similar: { weight: 7 } } } };
const keep = (numbers: Readonly<Record<string, unknown>>) =>
  activate(pool, { algorithm: 'graph_v2', overlay: numbers, evidence: { people: 5 }, now: 1e12 });

describe('tuned numbers', () => {
  it('take the place of those in the file, field by field', () => {
    const tuned = overlaid(graphV2, overlay);
    expect(tuned?.history).toEqual({ ...graphV2.history, halfLifeDays: 3 });
    expect(tuned?.score).toMatchObject({ terms: { similar: { weight: 7, transform: 'linear' } } });
    expect(tuned?.sources).toEqual(graphV2.sources);
  });

  it('replace lists and single values whole', () => {
    expect(merged({ a: [1, 2], b: { c: 1, d: 2 } }, { a: [3], b: { c: null } })).toEqual({
      a: [3],
      b: { c: null, d: 2 },
    });
  });

  it('are not taken when they make no algorithm, or another one', () => {
    expect(overlaid(graphV2, { candidates: -1 })).toBeUndefined();
    expect(overlaid(graphV2, { unheardOf: 1 })).toBeUndefined();
    expect(overlaid(graphV2, { name: 'other' })).toBeUndefined();
  });

  it('count from the next request on, the last that were chosen, for their algorithm only', async () => {
    expect(await withTuning(pool, graphV2)).toEqual(graphV2);
    await keep(overlay);
    await keep({ candidates: 99 });
    expect((await withTuning(pool, graphV2)).candidates).toBe(99);
    expect((await withTuning(pool, graphV2)).history).toEqual(graphV2.history);
    const seed = algorithmNamed('activity_enhanced_v1');
    expect(await withTuning(pool, seed)).toEqual(seed);
  });

  it('fall back to the file when the file has changed beneath them', async () => {
    await keep({ score: { terms: { gone: { weight: 1 } } } });
    expect(await withTuning(pool, graphV2)).toEqual(graphV2);
  });
});
