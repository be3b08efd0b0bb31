import { describe, expect, it } from 'vitest';
import { allCypherFiles, allDeclaredQueries, headerOf, paramKeys, usedParams } from './declared.ts';

const queries = await allDeclaredQueries();

/** These write until nothing is left to do, so that it does not matter what is done first. */
const WITHOUT_TOTAL_ORDER = new Set([
  'bench/empty',
  'similarity/forget',
  'projection/clear-edges',
  'projection/clear-nodes',
  'erase/people-edges',
  'erase/contents-edges',
]);

/** The order of each LIMIT that could cut between equals: empty where there is none at all. */
function looseLimits(body: string): string[] {
  const named = new Set([...body.matchAll(/\w+\.(?:id|name) AS (\w+)/g)].map((match) => match[1]));
  return body
    .split(/\bLIMIT\b/)
    .slice(0, -1)
    .map((before) => /\bORDER BY\s+((?:(?!\b(?:RETURN|WITH|MATCH|CALL)\b)[\s\S])*)$/.exec(before)?.[1]?.trim() ?? '')
    .filter((order) => {
      const last =
        order
          .split(',')
          .at(-1)
          ?.replace(/\s+(ASC|DESC)$/, '')
          .trim() ?? '';
      return !(/^\w+\.(id|name)$/.test(last) || named.has(last));
    });
}

describe('the Cypher of this repository', () => {
  it('has one file for each declared query, and one declaration for each file', () => {
    expect(queries.map((query) => query.name)).toEqual(allCypherFiles());
  });

  describe.each(queries.map((query) => [query.name, query] as const))('%s', (_name, query) => {
    const header = headerOf(query.text);

    it('begins with its question, its indexes and sample parameters, one line each', () => {
      expect(header, 'see the head of cypher/projection/users.cypher for the form').toBeDefined();
    });

    it('uses exactly the parameters that are declared', () => {
      expect(usedParams(header?.body ?? '')).toEqual(paramKeys(query));
    });

    it('asks the clock for nothing: time comes in as $now', () => {
      expect(header?.body).not.toMatch(/\b(timestamp|datetime|localdatetime|date|time|localtime)\s*\(/i);
    });

    it('bounds every path of variable length', () => {
      const body = (header?.body ?? '').replaceAll(/'[^']*'/g, "''");
      const ranges = [...body.matchAll(/-\[[^\]]*\*([^\]{]*)/g)].map((match) => match[1]?.trim() ?? '');
      const unbounded = ranges.filter((range) => !/^(\d*\.\.)?\d+$/.test(range));
      expect(unbounded).toEqual([]);
      expect(body).not.toMatch(/[)\]>-]\s*(\+|\{\d*,\s*\})\s*[(-]|\)\*/);
    });

    it('limits by a whole number', () => {
      const limits = [...(header?.body ?? '').matchAll(/LIMIT\s+(\S+)/g)].map((match) => match[1]);
      expect(limits.filter((limit) => !/^(toInteger\(|\d+$)/.test(limit ?? ''))).toEqual([]);
    });

    it('orders totally where it limits: the last key is an id or a name', () => {
      expect(looseLimits(header?.body ?? '').length > 0).toBe(WITHOUT_TOTAL_ORDER.has(query.name));
    });
  });
});

describe('the rules themselves', () => {
  it('see a limit without a total order', () => {
    expect(looseLimits('MATCH (n) WITH n LIMIT 3 RETURN n.id AS id ORDER BY id')).toEqual(['']);
    expect(looseLimits('MATCH (n) RETURN n.id AS id, n.age AS age ORDER BY age LIMIT 3')).toEqual(['age']);
    expect(looseLimits('MATCH (n) RETURN n.id AS who, n.age AS age ORDER BY age DESC, who LIMIT 3')).toEqual([]);
    expect(looseLimits('MATCH (n) WITH n ORDER BY n.id LIMIT 3 WITH n ORDER BY n.age LIMIT 2 RETURN n')).toEqual([
      'n.age',
    ]);
  });

  it('see a file without its header', () => {
    expect(headerOf('MATCH (n) RETURN n')).toBeUndefined();
    expect(headerOf('// What?\n// Indexes: none\n// :params {}\nRETURN 1\n')).toMatchObject({
      indexes: [],
      params: '{}',
    });
  });

  it('see parameters in code only', () => {
    expect(usedParams("MATCH (n {a: $b}) // $c\nWHERE n.x = '$d' RETURN $e.f, n:$(row.g)")).toEqual(['b', 'e']);
  });
});
