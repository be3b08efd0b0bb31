import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { useGraph } from '../support/stores.ts';

const lent = useGraph();

async function names(statement: string): Promise<string[]> {
  const { records } = await lent.graph.driver.executeQuery(statement);
  return records.map((record) => {
    const { kind, name, type, labels, properties } = record.toObject() as Record<string, string | string[]>;
    return `${kind} ${name} ${type} ${[labels].flat().join('|')} (${[properties].flat().join(', ')})`;
  });
}

it('the schema that the migrations make is the one in migrations/neo4j/schema.txt', async () => {
  const constraints = await names(
    `SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties
     RETURN 'constraint' AS kind, name, type, labelsOrTypes AS labels, properties`,
  );
  const indexes = await names(
    `SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint
     WHERE labelsOrTypes IS NOT NULL AND owningConstraint IS NULL
     RETURN 'index' AS kind, name, type, labelsOrTypes AS labels, properties`,
  );
  const dump = `${[...constraints, ...indexes].sort().join('\n')}\n`;
  const kept = await readFile(new URL('../../migrations/neo4j/schema.txt', import.meta.url), 'utf8').catch(() => '');
  expect(dump, 'after a change of the schema, put this text into the file').toBe(kept);
});
