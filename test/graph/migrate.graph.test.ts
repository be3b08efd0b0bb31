import { afterEach, describe, expect, inject, it } from 'vitest';
import { openGraph } from '../../src/graph/graph.ts';
import { migrateGraph, statementsOf } from '../../src/graph/migrate.ts';
import { useGraph } from '../support/stores.ts';

const lent = useGraph();

async function cypher(statement: string): Promise<void> {
  await lent.graph.driver.executeQuery(statement);
}

const FIRST = '0001-nodes-and-edges.cypher';

describe('the migrations of the graph', () => {
  afterEach(async () => {
    await cypher('MATCH (m:Migration) DETACH DELETE m');
    await migrateGraph(lent.graph);
  });

  it('apply nothing to a graph that has them all', async () => {
    expect(await migrateGraph(lent.graph)).toEqual([]);
  });

  it('are run again after a process died before it recorded one', async () => {
    await cypher('MATCH (m:Migration) DETACH DELETE m');
    expect(await migrateGraph(lent.graph)).toContain(FIRST);
    expect(await migrateGraph(lent.graph)).toEqual([]);
  });

  it('are applied once recorded when eight processes start at the same time', async () => {
    await cypher('MATCH (m:Migration) DETACH DELETE m');
    await cypher('DROP CONSTRAINT tag_name IF EXISTS');
    const graphs = Array.from({ length: 8 }, () => openGraph(inject('stores').neo4j));
    await Promise.all(graphs.map((graph) => migrateGraph(graph)));
    await Promise.all(graphs.map((graph) => graph.close()));
    const { records } = await lent.graph.driver.executeQuery('MATCH (m:Migration {name: $name}) RETURN count(m) AS n', {
      name: FIRST,
    });
    expect(records[0]?.get('n')).toBe(1);
    const constraints = await lent.graph.driver.executeQuery("SHOW CONSTRAINTS YIELD name WHERE name = 'tag_name'");
    expect(constraints.records).toHaveLength(1);
  });

  it('take away the index that a process left behind which was killed while it created a constraint', async () => {
    await cypher('MATCH (m:Migration) DETACH DELETE m');
    await cypher('DROP CONSTRAINT tag_name IF EXISTS');
    // Neo4j leaves such an index in one of some sixty kills, and this one stands in its way just as that does.
    await cypher('CREATE INDEX tag_name FOR (t:Tag) ON (t.name)');
    await expect(
      cypher('CREATE CONSTRAINT tag_name IF NOT EXISTS FOR (t:Tag) REQUIRE t.name IS UNIQUE'),
    ).rejects.toMatchObject({ code: 'Neo.ClientError.Schema.IndexWithNameAlreadyExists' });

    expect(await migrateGraph(lent.graph)).toContain(FIRST);
    const { records } = await lent.graph.driver.executeQuery("SHOW CONSTRAINTS YIELD name WHERE name = 'tag_name'");
    expect(records).toHaveLength(1);
  });

  it('refuse a graph to which another text was applied under the same name', async () => {
    await cypher(`MATCH (m:Migration {name: '${FIRST}'}) SET m.checksum = 'another'`);
    await expect(migrateGraph(lent.graph)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
  });

  it('are split at semicolons that end a line, and at no others', () => {
    expect(statementsOf("// why; this\nCREATE (a {t: 'x; y'});\n\n  // more\nMATCH (n)\nRETURN n;\n")).toEqual([
      "CREATE (a {t: 'x; y'})",
      'MATCH (n)\nRETURN n',
    ]);
  });
});
