import type { Pool } from 'pg';
import type { Graph } from '../../src/graph/graph.ts';

/** Where a word stands, as `table.column` or `(:Label).property`. */
export type Hit = string;

/**
 * Looks for words in every column of every table, view and sequence of the database, whatever its type, and in every label, type, property
 * and key of the graph. Driven by the catalogues of the stores, so that what is new is searched too. Case does not matter.
 */
export async function searchEverything(
  stores: { readonly pool: Pool; readonly graph: Graph },
  words: readonly string[],
): Promise<readonly Hit[]> {
  return [...(await searchPostgres(stores.pool, words)), ...(await searchGraph(stores.graph, words))];
}

async function searchPostgres(pool: Pool, words: readonly string[]): Promise<Hit[]> {
  const { rows: columns } = await pool.query<{ table: string; column: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS table, format('%I', column_name) AS column
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'
     UNION ALL
     -- What the planner has learnt of the values in columns.
     SELECT 'pg_stats', name FROM unnest(ARRAY['most_common_vals', 'histogram_bounds', 'most_common_elems']) AS name`,
  );
  const hits: Hit[] = [];
  for (const { table, column } of columns) {
    const { rows } = await pool.query<{ word: string }>(
      `SELECT DISTINCT word FROM ${table} AS searched, unnest($1::text[]) AS word
       WHERE strpos(lower(searched.${column}::text), lower(word)) > 0`,
      [words],
    );
    hits.push(...rows.map(({ word }) => `${table}.${column}: ${word}`));
  }
  return hits;
}

async function searchGraph(graph: Graph, words: readonly string[]): Promise<Hit[]> {
  const entities = [
    'MATCH (n) RETURN labels(n) AS names, properties(n) AS properties',
    'MATCH ()-[e]->() RETURN [type(e)] AS names, properties(e) AS properties',
  ];
  const results = await Promise.all(entities.map((query) => graph.driver.executeQuery(query)));
  const hits = results
    .flatMap(({ records }) => records)
    .flatMap((record): Hit[] => {
      const text = JSON.stringify([record.get('names'), record.get('properties')]).toLowerCase();
      return words.filter((word) => text.includes(word.toLowerCase())).map((word) => `${record.get('names')}: ${word}`);
    });
  const { records: names } = await graph.driver.executeQuery(
    `CALL () { CALL db.labels() YIELD label RETURN label AS name
       UNION CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType AS name
       UNION CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey AS name }
     RETURN name`,
  );
  const found = names.map((record) => String(record.get('name')));
  return [...new Set([...hits, ...words.filter((word) => found.some((name) => name.includes(word)))])];
}
