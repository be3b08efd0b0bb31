import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate } from '../../src/evaluation/tune/activate.ts';
import type { Tuning } from '../../src/evaluation/tune/tune.ts';
import { take } from '../../src/evaluation/tune-feed.ts';
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

  it('are taken when they are clearly better than the file, and put aside when nothing is', async () => {
    const clock = { now: () => 1e12 };
    const evidence = { before: 0.2, after: 0.25, standardError: 0.01 } as Tuning['evidence'];
    const done = (found: Partial<Tuning>) => take({ pool, clock }, 'graph_v2', { overlay, evidence, ...found });
    expect(await done({})).toEqual({ activated: true, deactivated: false });
    expect((await withTuning(pool, graphV2)).history.halfLifeDays).toBe(3);
    expect(await done({ evidence: { ...evidence, standardError: 0.03 } })).toEqual({
      activated: false,
      deactivated: true,
    });
    expect(await withTuning(pool, graphV2)).toEqual(graphV2);
    await done({});
    expect(await done({ overlay: null })).toEqual({ activated: false, deactivated: true });
    expect(await done({ overlay: null })).toEqual({ activated: false, deactivated: false });
    expect(await withTuning(pool, graphV2)).toEqual(graphV2);
  });

  it('replace those before in one step: of two at once one is active, and none is lost half-way', async () => {
    await Promise.allSettled([keep(overlay), keep({ candidates: 77 }), keep({ candidates: 78 })]);
    const { rows } = await pool.query(`SELECT 1 FROM tuned_algorithm WHERE algorithm = 'graph_v2' AND active`);
    expect(rows).toHaveLength(1);
    const broken = activate(pool, { algorithm: 'graph_v2', overlay, evidence: {}, now: Number.NaN });
    await expect(broken).rejects.toThrow();
    const { rows: still } = await pool.query(`SELECT 1 FROM tuned_algorithm WHERE algorithm = 'graph_v2' AND active`);
    expect(still).toHaveLength(1);
  });

  it('fall back to the file when the file has changed beneath them', async () => {
    await keep({ score: { terms: { gone: { weight: 1 } } } });
    expect(await withTuning(pool, graphV2)).toEqual(graphV2);
  });
});
