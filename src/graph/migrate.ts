import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import neo4j from 'neo4j-driver';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import type { Graph } from './graph.ts';
import { defineQuery, nothing } from './query.ts';

const migrationKey = defineQuery({ name: 'schema/migration-key', mode: 'write', params: nothing, row: nothing });
const appliedMigrations = defineQuery({
  name: 'schema/applied-migrations',
  mode: 'read',
  params: nothing,
  row: z.object({ name: z.string(), checksum: z.string() }),
});
const recordMigration = defineQuery({
  name: 'schema/record-migration',
  mode: 'write',
  params: z.object({ name: z.string(), checksum: z.string() }),
  row: z.object({ checksum: z.string() }),
});

const MIGRATIONS = new URL('../../migrations/neo4j/', import.meta.url);
const ATTEMPTS = 10;

interface Migration {
  readonly name: string;
  readonly checksum: string;
  readonly statements: readonly string[];
}

/**
 * Brings the graph's schema up to date with the numbered files of `migrations/neo4j` and returns the names of those it
 * applied now.
 *
 * Neo4j runs a change of schema in a transaction of its own, so a file cannot be applied as a whole. Each statement is
 * therefore written to be repeatable (`IF NOT EXISTS`, `MERGE`), and a file is recorded after its last one: a
 * migration that was cut off, or that two processes start at once, is simply run again.
 *
 * @throws AppError `MIGRATION_CHANGED` when a file differs from what was applied under its name.
 */
export async function migrateGraph(graph: Graph): Promise<readonly string[]> {
  const migrations = await readMigrations(MIGRATIONS);
  await persistently(() => graph.run(migrationKey, {}));
  const applied = new Map((await graph.run(appliedMigrations, {})).map((row) => [row.name, row.checksum]));
  const appliedNow: string[] = [];
  for (const migration of migrations) {
    const known = applied.get(migration.name);
    if (known === undefined) {
      await apply(graph, migration);
      appliedNow.push(migration.name);
    } else {
      checkUnchanged(migration, known);
    }
  }
  return appliedNow;
}

async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.cypher$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { name, checksum: createHash('sha256').update(text).digest('hex'), statements: statementsOf(text) };
    }),
  );
}

/** The statements of a file: each ends with `;` at the end of a line. Lines that are comments are left out. */
export function statementsOf(text: string): readonly string[] {
  const code = text.replaceAll(/^\s*\/\/.*$/gm, '');
  return code
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

async function apply(graph: Graph, migration: Migration): Promise<void> {
  for (const statement of migration.statements) {
    await persistently(
      () => runAlone(graph, statement),
      () => dropRemains(graph, statement),
    );
  }
  const [record] = await graph.run(recordMigration, { name: migration.name, checksum: migration.checksum });
  checkUnchanged(migration, record?.checksum);
}

function checkUnchanged(migration: Migration, appliedChecksum: string | undefined): void {
  if (appliedChecksum !== migration.checksum) {
    throw new AppError(
      'MIGRATION_CHANGED',
      `migrations/neo4j/${migration.name} is not the file that was applied to this graph (checksum ${migration.checksum.slice(0, 12)}…, applied ${appliedChecksum?.slice(0, 12) ?? 'none'}…)`,
    );
  }
}

/** In a transaction of its own that the statement may split (`IN TRANSACTIONS`). */
async function runAlone(graph: Graph, statement: string): Promise<void> {
  const session = graph.driver.session({ defaultAccessMode: 'WRITE' });
  try {
    await session.run(statement);
  } finally {
    await session.close();
  }
}

/** Two processes that create the same constraint at once get a deadlock, or hear that it is there already. */
const EXISTS = 'Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists';

/**
 * The index of a constraint is committed before the constraint. A process that is killed in between leaves the index
 * behind, and `IF NOT EXISTS` does not see it (https://github.com/neo4j/neo4j/issues/13208).
 */
const NAME_TAKEN = 'Neo.ClientError.Schema.IndexWithNameAlreadyExists';

/** Takes away the index that a constraint of this name left behind; another process may be about to finish it. */
async function dropRemains(graph: Graph, statement: string): Promise<void> {
  const [, name] = /^CREATE CONSTRAINT (\w+)/.exec(statement) ?? [];
  if (name === undefined) {
    return;
  }
  const { records } = await graph.driver.executeQuery(
    'SHOW INDEXES YIELD name, owningConstraint WHERE name = $name AND owningConstraint IS NULL RETURN name',
    { name },
  );
  if (records.length > 0) {
    await runAlone(graph, `DROP INDEX ${name} IF EXISTS`);
  }
}

async function persistently(work: () => Promise<unknown>, makeRoom?: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const code = error instanceof neo4j.Neo4jError ? error.code : '';
      const taken = code === NAME_TAKEN && makeRoom !== undefined;
      const again = taken || code === EXISTS || code.startsWith('Neo.TransientError.');
      if (!again || attempt === ATTEMPTS) {
        throw error;
      }
      if (taken) {
        await makeRoom();
      }
    }
  }
}
