import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { allDeclaredQueries, paramKeys } from './declared.ts';

/** Of the package's two builds the one for `import` lacks file extensions and cannot be loaded by Node. */
const require = createRequire(import.meta.url);
const { lintCypherQuery } = require('@neo4j-cypher/language-support') as {
  lintCypherQuery(
    query: string,
    schema: { readonly parameters: Readonly<Record<string, unknown>> },
  ): readonly { readonly message: string; readonly range: { readonly start: { readonly line: number } } }[];
};

function findings(text: string, params: readonly string[]): string[] {
  const parameters = Object.fromEntries(params.map((name) => [name, null]));
  return lintCypherQuery(text, { parameters }).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}

const queries = await allDeclaredQueries();

describe("Neo4j's own linter", () => {
  it.each(queries.map((query) => [query.name, query] as const))('finds nothing in %s', (_name, query) => {
    expect(findings(query.text, paramKeys(query))).toEqual([]);
  });

  it.each([
    ['a slip of the keyboard', 'MATCH (n RETURN n', []],
    ['a variable that is not there', 'MATCH (n) RETURN m', []],
    ['a parameter that is not declared', 'MATCH (n {id: $id}) RETURN n', []],
    ['a function that is going away', 'MATCH (n) WHERE id(n) = 1 RETURN n', []],
  ])('would find %s', (_what, text, params) => {
    expect(findings(text, params)).toHaveLength(1);
  });
});
