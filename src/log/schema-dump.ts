import { type Queryable, readRows } from './database.ts';

/**
 * The schema as text: every table with its columns, constraints and indexes, in alphabetical order. Partitions are left
 * out, since they come and go with the months. `migrations/postgres/schema.txt` holds it and a test compares.
 */
export async function dumpSchema(database: Queryable): Promise<string> {
  const rows = await readRows<{ table: string; line: string }>(database, DUMP);
  const tables = new Map<string, string[]>();
  for (const { table, line } of rows) {
    tables.set(table, [...(tables.get(table) ?? []), `  ${line}`]);
  }
  return [...tables].map(([table, lines]) => `${table}\n${lines.join('\n')}\n`).join('\n');
}

const DUMP = `
WITH tables AS (
  SELECT oid, relname AS name, coalesce(' partition by ' || pg_get_partkeydef(oid), '') AS partitioning
  FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
), lines AS (
  SELECT tables.name || partitioning AS "table", 1 AS part, attname AS name,
    concat_ws(' ', attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END,
      CASE WHEN attidentity <> '' THEN 'identity' END, 'default ' || pg_get_expr(adbin, adrelid)) AS line, attnum AS rank
  FROM tables
  JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
  LEFT JOIN pg_attrdef ON adrelid = tables.oid AND adnum = attnum
  UNION ALL
  SELECT tables.name || partitioning, 2, conname, 'constraint ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid), 0
  FROM tables JOIN pg_constraint ON conrelid = tables.oid AND contype <> 'n'
  UNION ALL
  SELECT tables.name || partitioning, 3, index_class.relname, 'index ' || pg_get_indexdef(indexrelid), 0
  FROM tables JOIN pg_index ON indrelid = tables.oid JOIN pg_class AS index_class ON index_class.oid = indexrelid
  WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = tables.oid)
)
SELECT "table", line FROM lines ORDER BY "table" COLLATE "C", part, rank, name COLLATE "C"`;
