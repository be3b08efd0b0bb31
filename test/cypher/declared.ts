import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { declaredQueries, type Query } from '../../src/graph/query.ts';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));
const CYPHER = fileURLToPath(new URL('../../cypher/', import.meta.url));

/** The queries of every module that declares one. */
export async function allDeclaredQueries(): Promise<readonly Query[]> {
  const modules = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== path.join('graph', 'query.ts'))
    .filter((file) => readFileSync(path.join(SOURCE, file), 'utf8').includes('defineQuery('));
  for (const file of modules) {
    await import(path.join(SOURCE, file));
  }
  return [...declaredQueries()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names of all files under `cypher/`, as queries are named. */
export function allCypherFiles(): readonly string[] {
  return readdirSync(CYPHER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.cypher'))
    .map((file) => file.replace(/\.cypher$/, '').replaceAll(path.sep, '/'))
    .sort();
}

export interface Header {
  readonly question: string;
  readonly indexes: readonly string[];
  /** The text of the parameters, as pasted into Neo4j Browser. */
  readonly params: string;
  readonly body: string;
}

/** The three lines above a query; undefined when they are not what they should be. */
export function headerOf(text: string): Header | undefined {
  const match =
    /^\/\/ (?<question>[^\n]+[.?])\n\/\/ Indexes: (?<indexes>none|[a-z0-9_]+(?:, [a-z0-9_]+)*)\n\/\/ :params (?<params>\{.*\})\n(?<body>[^/][\s\S]*)$/.exec(
      text,
    );
  const { question, indexes, params, body } = match?.groups ?? {};
  if (question === undefined || indexes === undefined || params === undefined || body === undefined) {
    return undefined;
  }
  return { question, indexes: indexes === 'none' ? [] : indexes.split(', '), params, body };
}

export function paramKeys(query: Query): readonly string[] {
  return query.params instanceof z.ZodObject ? Object.keys(query.params.shape).sort() : [];
}

/** `$x` in the text of a query, outside of comments, strings and dynamic labels. */
export function usedParams(body: string): readonly string[] {
  const code = body.replaceAll(/\/\/.*$/gm, '').replaceAll(/'[^']*'|"[^"]*"/g, "''");
  return [...new Set([...code.matchAll(/\$([A-Za-z_]\w*)/g)].map((match) => match[1] ?? ''))].sort();
}
