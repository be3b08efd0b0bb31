import neo4j, { type Driver } from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Gateway, openGateway } from '../../src/graph/gateway/gateway.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { HISTORY, openWorld, type World } from '../support/world.ts';
import { allDeclaredQueries, headerOf } from './declared.ts';

/**
 * Neo4j Browser sends what stands in the editor as it is, with the parameters of the last `:params`, which Neo4j itself
 * evaluates; in a transaction of its own for each query.
 */
const queries = await allDeclaredQueries();
const lent = useGraph();
const postgres = usePostgres();
let world: World;
let browser: Driver;
let gateway: Gateway;

beforeAll(async () => {
  world = await openWorld({ databaseUrl: postgres.url, graph: lent.graph });
  await world.happens(...HISTORY);
  const { uri, user, password } = inject('stores').neo4j;
  browser = neo4j.driver(uri, neo4j.auth.basic(user, password));
  gateway = openGateway(inject('stores').neo4j);
});

afterAll(async () => {
  await Promise.all([browser.close(), gateway.close()]);
  await world.close();
});

const sampleOf = (text: string): string => headerOf(text)?.params ?? '{}';

describe('with its sample parameters, in Neo4j Browser and on a graph that has something in it,', () => {
  it.each(queries.map((query) => [query.name, query] as const))('%s runs', async (_name, query) => {
    const { records } = await browser.executeQuery(`RETURN ${sampleOf(query.text)} AS params`);
    const params = records[0]?.get('params') as Record<string, unknown>;
    const session = browser.session({ defaultAccessMode: query.mode === 'read' ? 'READ' : 'WRITE' });
    try {
      const tx = await session.beginTransaction();
      await tx.run(query.text, params);
      // What it would have written is not wanted here.
      await tx.rollback();
    } finally {
      await session.close();
    }
  });

  const reading = queries.filter(({ mode }) => mode === 'read');

  it.each(reading.map((query) => [query.name, query] as const))('%s runs through the gateway', async (_name, query) => {
    const { records } = await lent.graph.driver.executeQuery(`RETURN ${sampleOf(query.text)} AS params`);
    const params = records[0]?.get('params') as Record<string, unknown>;
    const { columns } = await gateway.run({ query: query.text, params, limit: 1_000, timeoutMs: 20_000 });
    expect(columns.length).toBeGreaterThan(0);
  });
});
