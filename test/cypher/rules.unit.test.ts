import { describe, expect, it } from 'vitest';
import { allCypherFiles, allDeclaredQueries, headerOf, paramKeys, usedParams } from './declared.ts';

const queries = await allDeclaredQueries();

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

    it('orders totally where it limits, and limits by a whole number', () => {
      const limits = [...(header?.body ?? '').matchAll(/LIMIT\s+(\S+)/g)].map((match) => match[1]);
      expect(limits.filter((limit) => !/^(toInteger\(|\d+$)/.test(limit ?? ''))).toEqual([]);
    });
  });
});

describe('the rules themselves', () => {
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
