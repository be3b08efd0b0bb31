import type { Plan } from 'neo4j-driver';
import { beforeAll, describe, expect, it } from 'vitest';
import { useGraph } from '../support/stores.ts';
import { allDeclaredQueries, headerOf } from './declared.ts';

const queries = await allDeclaredQueries();
const lent = useGraph();
const indexes = new Map<string, string>();

beforeAll(async () => {
  const { records } = await lent.graph.driver.executeQuery(
    'SHOW INDEXES YIELD name, labelsOrTypes, properties WHERE labelsOrTypes IS NOT NULL',
  );
  for (const record of records) {
    const [label] = record.get('labelsOrTypes') as string[];
    indexes.set(record.get('name') as string, `${label}(${(record.get('properties') as string[]).join(', ')})`);
  }
});

/** The value of the header's parameters, as Neo4j itself reads them. */
async function sampleParams(text: string): Promise<Record<string, unknown>> {
  const { records } = await lent.graph.driver.executeQuery(`RETURN ${text} AS params`);
  return records[0]?.get('params') as Record<string, unknown>;
}

function operators(plan: Plan): Plan[] {
  return [plan, ...plan.children.flatMap(operators)];
}

const named = (plan: Plan): string => plan.operatorType.replace(/@.*$/, '');
const detail = (plan: Plan): string => String(plan.arguments['Details'] ?? '');

/** Two look-ups of one node each are planned as a product, of one row. */
function isOfSingleNodes(product: Plan): boolean {
  const single =
    /^(NodeUniqueIndexSeek(\(Locking\))?|NodeByElementIdSeek|Argument|CartesianProduct|CacheProperties|Filter)$/;
  return operators(product).every((operator) => single.test(named(operator)));
}

describe('the plan of', () => {
  it.each(queries.map((query) => [query.name, query] as const))(
    '%s scans nothing and uses its indexes',
    async (_, query) => {
      const header = headerOf(query.text);
      const params = await sampleParams(header?.params ?? '{}');
      expect(query.params.safeParse(params).error, 'the sample parameters are those declared').toBeUndefined();
      const session = lent.graph.driver.session();
      const { summary } = await session.run(`EXPLAIN ${query.text}`, params).finally(() => session.close());
      expect(summary.plan).toBeTruthy();
      const plan = summary.plan === false ? [] : operators(summary.plan);
      expect(plan.filter((operator) => named(operator) === 'AllNodesScan').map(detail)).toEqual([]);
      const products = plan.filter((operator) => named(operator) === 'CartesianProduct');
      expect(products.filter((product) => !isOfSingleNodes(product)).map(detail)).toEqual([]);
      for (const index of header?.indexes ?? []) {
        const target = indexes.get(index);
        expect(target, `the header names ${index}, which is no index of the schema`).toBeDefined();
        expect(
          plan.map(detail).some((text) => text.includes(`:${target}`)),
          `${index} in ${plan.map(detail).join('\n')}`,
        ).toBe(true);
      }
    },
  );
});
