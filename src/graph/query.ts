import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * A Cypher query: its text lives in `cypher/<name>.cypher`, its parameters and rows are declared here and checked at
 * every run. Values go in as parameters and never into the text.
 */
export interface Query<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly mode: 'read' | 'write';
  readonly params: P;
  readonly row: R;
  readonly text: string;
}

const declared = new Map<string, Query>();

/**
 * Declares the query of the file `cypher/<name>.cypher`. The text is read at once, so that a missing file stops the
 * process at its start and not a request later. JS numbers arrive in Cypher as floats: write `LIMIT toInteger($limit)`.
 */
export function defineQuery<P extends z.ZodType, R extends z.ZodType>(declaration: {
  readonly name: string;
  readonly mode: 'read' | 'write';
  readonly params: P;
  readonly row: R;
}): Query<P, R> {
  if (declared.has(declaration.name)) {
    throw new Error(`The query ${declaration.name} is declared twice`);
  }
  const text = readFileSync(new URL(`../../cypher/${declaration.name}.cypher`, import.meta.url), 'utf8');
  const query = { ...declaration, text };
  declared.set(query.name, query);
  return query;
}

/** Every query declared so far, for the tests that hold all of them to the same rules. */
export function declaredQueries(): readonly Query[] {
  return [...declared.values()];
}

/** For queries that take no parameters, or return no rows. */
export const nothing = z.object({});
