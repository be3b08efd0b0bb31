import { readFile, writeFile } from 'node:fs/promises';
import { type GraphQLSchema, isInputObjectType, isObjectType, lexicographicSortSchema, printSchema } from 'graphql';
import { beforeAll, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { reachableFrom } from '../../src/api/graphql/graph/reach.ts';
import { ROOT_LISTS } from '../../src/api/graphql/graph/types.ts';
import { createSchema } from '../../src/api/graphql/schema.ts';

const FILE = new URL('../../schema.graphql', import.meta.url);

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await createSchema({ halfLifeMs: DEFAULT_RANKING.halfLifeMs } as never);
});

it('schema.graphql is the schema that the service has; UPDATE_DOCS=1 writes it anew', async () => {
  const text = `# Printed from the service by UPDATE_DOCS=1 npx vitest run test/docs/schema\n\n${printSchema(lexicographicSortSchema(schema))}\n`;
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(FILE, text);
  }
  const kept = await readFile(FILE, 'utf8');
  expect(kept === text, 'UPDATE_DOCS=1 npx vitest run test/docs/schema writes schema.graphql anew').toBe(true);
});

it('everything of the graph is described, what is generated too', () => {
  const fields = schema.getQueryType()?.getFields() ?? {};
  const lists = ROOT_LISTS.flatMap(({ list, connection }) => [fields[list], fields[connection]]);
  expect(lists.filter((field) => !field?.description)).toEqual([]);
  const missing = lists.flatMap((field) =>
    [...(field === undefined ? [] : reachableFrom(field))].flatMap((type) => {
      const members = isObjectType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
      const args = members.flatMap((member) => ('args' in member ? member.args : []));
      return [type, ...members, ...args]
        .filter(({ description }) => !description || description.startsWith('undefined'))
        .map(({ name }) => `${type.name}.${name}`);
    }),
  );
  expect([...new Set(missing)]).toEqual([]);
});
