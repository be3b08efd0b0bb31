import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { type Graph, openGraph } from '../../src/graph/graph.ts';
import { readProjection } from '../../src/graph/projection/projection.ts';
import type { Query } from '../../src/graph/query.ts';
import { openWire, type Wire } from '../faults/wire.ts';

let wire: Wire;
let graph: Graph;

beforeAll(async () => {
  const { neo4j } = inject('stores');
  wire = await openWire(neo4j.uri);
  graph = openGraph(
    { ...neo4j, uri: `bolt://127.0.0.1:${wire.port}` },
    { retryMs: 1, readTimeoutMs: 3_000, writeTimeoutMs: 3_000 },
  );
});
afterAll(async () => {
  wire.close();
  await graph.close();
});

const endless: Query = {
  name: 'test/endless',
  mode: 'read',
  text: 'UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b % 7) AS total',
  params: z.object({}),
  row: z.object({ total: z.number() }),
};

it('Neo4j itself ends a transaction that takes too long', async () => {
  await expect(graph.run(endless, {})).rejects.toMatchObject({
    code: expect.stringContaining('TransactionTimedOut'),
  });
}, 20_000);

it('a Neo4j that takes connections and says nothing is away too', async () => {
  const { neo4j } = inject('stores');
  const mute = await openWire(neo4j.uri);
  mute.hold();
  const hasty = openGraph({ ...neo4j, uri: `bolt://127.0.0.1:${mute.port}` }, { retryMs: 1, acquireTimeoutMs: 200 });
  try {
    await expect(hasty.run(endless, {})).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE' });
  } finally {
    mute.close();
    await hasty.close();
  }
}, 20_000);

it('a Neo4j that hangs is given up as GRAPH_UNAVAILABLE', async () => {
  await readProjection(graph);
  wire.hold();
  await expect(readProjection(graph)).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE' });
}, 20_000);
