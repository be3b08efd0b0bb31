import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { learnInThread } from '../../../src/signals/similarity/ease/learn-in-thread.ts';
import { buildService } from '../../embedded/owner-process.ts';

let built: Awaited<ReturnType<typeof buildService>>;
let learn: typeof learnInThread;
beforeAll(async () => {
  built = await buildService();
  const file = path.join(built.folder, 'dist/signals/similarity/ease/learn-in-thread.js');
  ({ learnInThread: learn } = (await import(file)) as { learnInThread: typeof learnInThread });
}, 120_000);
afterAll(() => built.remove());

/** Two people, two things; the values are those of the unit test. */
const SMALL = {
  people: 2,
  contents: 2,
  starts: Int32Array.of(0, 2, 3),
  items: Int32Array.of(0, 1, 0),
  values: Float64Array.of(1, 1, 1),
};

describe('the thread of the built service', () => {
  it('learns what learning in place does', async () => {
    const { starts, items, weights } = await learn(SMALL, { lambda: 1, mostNeighbours: 5 });
    expect([[...starts], [...items]]).toEqual([
      [0, 1, 2],
      [1, 0],
    ]);
    expect(weights[0]).toBeCloseTo(1 / 3, 12);
    expect(weights[1]).toBeCloseTo(1 / 2, 12);
  });

  it('leaves this one free', async () => {
    const n = 700;
    const everybody = {
      people: n,
      contents: n,
      starts: Int32Array.from({ length: n + 1 }, (_, person) => person * 2),
      items: Int32Array.from({ length: 2 * n }, (_, k) => (k * 7) % n),
      values: new Float64Array(2 * n).fill(1),
    };
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    await learn(everybody, { lambda: 1, mostNeighbours: 5 });
    clearInterval(counting);
    expect(turns).toBeGreaterThan(10);
  });

  it('ends when it is told to', async () => {
    const n = 3_000;
    const long = {
      people: n,
      contents: n,
      starts: Int32Array.from({ length: n + 1 }, (_, person) => person),
      items: Int32Array.from({ length: n }, (_, k) => k),
      values: new Float64Array(n).fill(1),
    };
    const ending = new AbortController();
    const learning = learn(long, { lambda: 1, mostNeighbours: 5, signal: ending.signal });
    ending.abort(new Error('The process is stopping'));
    await expect(learning).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('hands its error on', async () => {
    await expect(learn(SMALL, { lambda: -10, mostNeighbours: 5 })).rejects.toThrow(/not positive definite/u);
  });
});
