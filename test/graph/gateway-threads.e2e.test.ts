import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CypherRequest, Gateway } from '../../src/graph/gateway/gateway.ts';

/** The gateway as it was built: Node starts no thread from its TypeScript source. */
const BUILT = new URL('../../dist/graph/gateway/gateway.js', import.meta.url).href;
const TICK_MS = 10;
let gateway: Gateway;

beforeAll(async () => {
  const built = (await import(/* @vite-ignore */ BUILT)) as { openGateway(address: unknown): Gateway };
  gateway = built.openGateway(inject('stores').neo4j);
});

afterAll(() => gateway.close());

const request = (query: string): CypherRequest => ({ query, params: {}, limit: 10, timeoutMs: 30_000 });

/** How long work took, and for how long at a time nothing else ran, in milliseconds. */
async function heldUp(work: Promise<unknown>): Promise<{ readonly tookMs: number; readonly longestMs: number }> {
  const started = performance.now();
  let last = started;
  let longestMs = 0;
  const tick = (): void => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(tick, TICK_MS);
  await work;
  tick();
  clearInterval(timer);
  return { tookMs: performance.now() - started, longestMs };
}

describe('the gateway on threads', () => {
  it('holds nobody up while one value of an answer is a list of millions', async () => {
    const reading = gateway.run(request('UNWIND range(1, 2200000) AS x RETURN collect(x) AS xs')).then(
      () => 'answered',
      (error: { readonly code: string }) => error.code,
    );
    const { tookMs, longestMs } = await heldUp(reading);
    expect(await reading).toBe('QUERY_TOO_COSTLY');
    expect(longestMs).toBeLessThan(tookMs / 4);
  }, 60_000);

  it('ends a query whose answer takes too much memory, and answers the next', async () => {
    const greedy = 'UNWIND range(1, 1000000) AS x RETURN collect({a: x, b: [x, x, x, x], c: {d: x, e: x}}) AS xs';
    await expect(gateway.run(request(greedy))).rejects.toMatchObject({ code: 'QUERY_TOO_COSTLY' });
    expect(await gateway.run(request('RETURN 1 AS one'))).toMatchObject({ rows: [[1]], columns: ['one'] });
  }, 60_000);

  it('refuses and fails as it does without them', async () => {
    await expect(gateway.run(request('RETURN nothing'))).rejects.toMatchObject({
      code: 'CYPHER_INVALID',
      message: expect.stringContaining('nothing'),
    });
  });
});
