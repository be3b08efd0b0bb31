import type { Pool } from 'pg';
import { z } from 'zod';
import { AUDIT_TABLES } from '../activity/kinds.ts';
import { referenceTo } from '../activity/reference.ts';
import type { Graph } from '../graph/graph.ts';
import { defineQuery } from '../graph/query.ts';
import { type Queryable, readRows } from '../log/database.ts';
import { PERSONAL_TABLES } from '../log/erase/personal-tables.ts';
import { idsOfPerson } from '../log/read/ids-of-person.ts';

const ROWS_AT_ONCE = 1_000;
/** Positions that one statement looks through for what others did to the person. */
const POSITIONS_AT_ONCE = 200_000;

const personEdges = defineQuery({
  name: 'export/person-edges',
  mode: 'read',
  params: z.object({ person: z.string(), after: z.string(), limit: z.number() }),
  row: z.object({
    name: z.string(),
    edge: z.string(),
    label: z.string(),
    to: z.string(),
    properties: z.record(z.string(), z.unknown()),
  }),
});

export interface ExportPorts {
  readonly pool: Pool;
  readonly graph: Graph;
}

/** One line of an export: where it stands and what it says, as plain JSON. */
export interface ExportLine {
  /** `graph`, or the name of a table; `mentions` for what others did to the person. */
  readonly in: string;
  readonly [field: string]: unknown;
}

/**
 * Everything that the stores hold about a person, under every id that they had, line by line; memory is bounded. The person's own rows come as they are
 * stored, but for salts and digests. Of what others did to them it says what and when, and not who: that is the others'
 * own.
 *
 * @throws AppError `LOG_UNAVAILABLE`, `GRAPH_UNAVAILABLE`, also in the midst of it.
 */
export async function* exportPerson(ports: ExportPorts, person: string): AsyncGenerator<ExportLine> {
  for (const id of await idsOfPerson(ports.pool, person)) {
    yield* exportId(ports, id);
  }
}

async function* exportId({ pool, graph }: ExportPorts, person: string): AsyncGenerator<ExportLine> {
  for (const { table, person: columns } of PERSONAL_TABLES) {
    for (const column of columns) {
      yield* ownRows(pool, table, column, person);
    }
  }
  yield* ownRows(pool, 'content', 'author_id', person);
  yield* connections(pool, person);
  yield* activities(pool, person);
  yield* mentions(pool, person);
  for (let after = ''; ; ) {
    const edges = await graph.run(personEdges, { person, after, limit: ROWS_AT_ONCE });
    for (const { edge, label, to, properties } of edges) {
      yield { in: 'graph', edge, to: `${label} ${to}`, properties };
    }
    const last = edges.at(-1);
    if (last === undefined || edges.length < ROWS_AT_ONCE) {
      return;
    }
    after = last.name;
  }
}

/** Names of tables and columns are ours, never input. Few rows of a person are in each of these tables. */
async function* ownRows(
  database: Queryable,
  table: string,
  column: string,
  person: string,
): AsyncGenerator<ExportLine> {
  for (let after = ''; ; ) {
    const rows = await readRows<{ place: string; row: Record<string, unknown> }>(
      database,
      `SELECT place, row FROM (
         SELECT tableoid::text || ctid AS place, to_jsonb(own) AS row FROM ${table} AS own WHERE ${column} = $1
       ) AS found WHERE place > $2 ORDER BY place LIMIT ${ROWS_AT_ONCE}`,
      [person, after],
    );
    for (const { row } of rows) {
      yield { in: table, ...row };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) {
      return;
    }
    after = last.place;
  }
}

/** Those that are kept with the other person, whose id is the lesser of the two: a connection is of both. */
async function* connections(database: Queryable, person: string): AsyncGenerator<ExportLine> {
  for (let after = ''; ; ) {
    const rows = await readRows<{ other: string; row: Record<string, unknown> }>(
      database,
      `SELECT person_id AS other, to_jsonb(kept) - '{position,signal}'::text[] AS row FROM standing AS kept
       WHERE object = $1 AND fact = 'connection' AND holds AND person_id > $2 ORDER BY person_id LIMIT ${ROWS_AT_ONCE}`,
      [referenceTo('user', person), after],
    );
    for (const { row } of rows) {
      yield { in: 'standing', ...row };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) {
      return;
    }
    after = last.other;
  }
}

/** The rows of the log, each followed by its audit rows. */
async function* activities(database: Queryable, person: string): AsyncGenerator<ExportLine> {
  for (let after = 0; ; ) {
    const rows = await readRows<{ position: number; row: Record<string, unknown> }>(
      database,
      `SELECT position, to_jsonb(activity) - '{fold_salt,fold_commitment,audit_salt,audit_commitment,chain,sent_digest}'::text[] AS row
       FROM activity_log AS activity WHERE actor_id = $1 AND position > $2 ORDER BY position LIMIT ${ROWS_AT_ONCE}`,
      [person, after],
    );
    const audit = await auditRows(
      database,
      rows.map(({ position }) => position),
    );
    for (const { position, row } of rows) {
      yield { in: 'activity_log', ...row };
      yield* audit.get(position) ?? [];
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) {
      return;
    }
    after = last.position;
  }
}

async function auditRows(
  database: Queryable,
  positions: readonly number[],
): Promise<ReadonlyMap<number, readonly ExportLine[]>> {
  const found = new Map<number, ExportLine[]>();
  for (const table of AUDIT_TABLES) {
    const rows = await readRows<{ id: number; row: Record<string, unknown> }>(
      database,
      `SELECT id, to_jsonb(audit) AS row FROM ${table} AS audit WHERE id = ANY($1)`,
      [positions],
    );
    for (const { id, row } of rows) {
      found.set(id, [...(found.get(id) ?? []), { in: table, ...row }]);
    }
  }
  return found;
}

/** What others did to the person or to their content, without who they are. */
async function* mentions(database: Queryable, person: string): AsyncGenerator<ExportLine> {
  const [newest] = await readRows<{ head: number | null }>(database, 'SELECT max(position) AS head FROM activity_log');
  const head = newest?.head ?? 0;
  for (let from = 0; from < head; from += POSITIONS_AT_ONCE) {
    for (let after = from; ; ) {
      const rows = await readRows<{ position: number; kind: string; object: string | null; at: Date; as: string }>(
        database,
        `SELECT position, kind, object, effective_at AS at,
           CASE WHEN target_id = $1 OR object = $2 THEN 'target' ELSE 'author' END AS "as"
         FROM activity_log
         WHERE position > $3 AND position <= $4 AND actor_id <> $1 AND (target_id = $1 OR author_id = $1 OR object = $2)
         ORDER BY position LIMIT ${ROWS_AT_ONCE}`,
        [person, `user:${person}`, after, from + POSITIONS_AT_ONCE],
      );
      for (const { kind, object, at, as } of rows) {
        yield { in: 'mentions', kind, as, object, at: at.toISOString() };
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < ROWS_AT_ONCE) {
        break;
      }
      after = last.position;
    }
  }
}
