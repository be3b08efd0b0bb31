import pg, { type Client, type Pool, type PoolClient, type QueryResultRow } from 'pg';
import { logFailure } from './failures.ts';

/** What runs a query: the pool, or one connection of it. */
export type Queryable = Pool | PoolClient | Client;

const INT8 = pg.types.builtins.INT8;

/** `bigint` as a number. Positions and counts stay far below 2^53; anything above is a fault, never a wrong number. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`The integer ${text} is too large to be exact`);
  }
  return value;
}

type TypeFormat = Parameters<pg.CustomTypesConfig['getTypeParser']>[1];

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: TypeFormat) =>
    oid === INT8 && format !== 'binary' ? parseInt8 : pg.types.getTypeParser(oid, format),
};

/** Postgres ends a statement of the pool after this time. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** A server that has not even said that by now does not answer at all. */
const QUERY_TIMEOUT_MS = 35_000;

export interface ConnectionOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
}

/** How this service connects: `bigint` comes as a number, and a server that does not answer is given up. */
export function clientConfig(databaseUrl: string, options: ConnectionOptions = {}): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: options.applicationName ?? 'activity-graph',
    types,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  };
}

interface PoolOptions extends ConnectionOptions {
  readonly max?: number;
  readonly statementTimeoutMs?: number;
  readonly queryTimeoutMs?: number;
}

/**
 * A pool of connections to the log's database. Ends with `pool.end()`. No query waits for ever: after 30 seconds
 * Postgres gives it up, and 5 seconds later we do.
 */
export function openPool(databaseUrl: string, options: PoolOptions = {}): Pool {
  const pool = new pg.Pool({
    ...clientConfig(databaseUrl, options),
    max: options.max ?? 10,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    // A process that is frozen within a transaction would keep its locks from everybody else.
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: options.queryTimeoutMs ?? QUERY_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
  });
  // An idle connection that breaks is replaced by the pool at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  // Nor may one that is lent out and breaks while nothing runs on it; the next query on it fails.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}

/**
 * Runs one parameterised query and returns its rows.
 *
 * @throws AppError `LOG_UNAVAILABLE` when Postgres is away.
 */
export async function readRows<Row extends QueryResultRow>(
  database: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    return (await database.query<Row>(text, [...values])).rows;
  } catch (error) {
    throw logFailure(error);
  }
}

const statementNames = new Map<string, string>();

/**
 * The same for the questions of every page: a connection plans each of them once and then knows how. The text must be
 * one of a few that the program holds, never one that is put together for a request.
 *
 * @throws AppError `LOG_UNAVAILABLE` when Postgres is away.
 */
export async function readPrepared<Row extends QueryResultRow>(
  database: Queryable,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const name = statementNames.get(text) ?? `page-${statementNames.size + 1}`;
  statementNames.set(text, name);
  try {
    return (await database.query<Row>({ name, text, values: [...values] })).rows;
  } catch (error) {
    throw logFailure(error);
  }
}

/**
 * Does work in one transaction, which is given up when the work throws.
 *
 * @throws AppError `LOG_UNAVAILABLE` when Postgres is away; what the work throws.
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw logFailure(error);
  });
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release(true);
    throw logFailure(error);
  }
}
