import neo4j, { type Driver, type ManagedTransaction, type Result, type Session } from 'neo4j-driver';
import type { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { isAway, isTooMuch, TooMuchError } from './failures.ts';
import type { Query } from './query.ts';

export interface GraphAddress {
  readonly uri: string;
  readonly user: string;
  readonly password: string;
}

/** Runs declared queries. Queries that are started without waiting for each other share round trips. */
export interface GraphTransaction {
  run<P extends z.ZodType, R extends z.ZodType>(query: Query<P, R>, params: z.input<P>): Promise<z.output<R>[]>;
}

export interface Graph extends GraphTransaction {
  /** All of `work` in one read transaction; retried as a whole on transient errors. */
  read<T>(work: (tx: GraphTransaction) => Promise<T>): Promise<T>;
  /** All of `work` in one write transaction; retried as a whole on transient errors, so it must be repeatable. */
  write<T>(work: (tx: GraphTransaction) => Promise<T>): Promise<T>;
  /** For what declared queries cannot do: schema migrations and the analysts' gateway. */
  readonly driver: Driver;
  /** @throws AppError `GRAPH_UNAVAILABLE` when Neo4j does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface GraphOptions {
  /** How long a transaction is retried on transient errors before it fails, in milliseconds. */
  readonly retryMs?: number;
  /** How long a request waits for a connection, in milliseconds. */
  readonly acquireTimeoutMs?: number;
  /** How long Neo4j may work on a read transaction, in milliseconds. */
  readonly readTimeoutMs?: number;
  /** How long Neo4j may work on a write transaction, in milliseconds. */
  readonly writeTimeoutMs?: number;
}

const RETRY_MS = 5_000;
const READ_TIMEOUT_MS = 15_000;
const WRITE_TIMEOUT_MS = 60_000;
/** A Neo4j that has not ended a transaction so long after its time does not answer at all. */
const SILENCE_MS = 5_000;

/**
 * Opens a pool of connections; the first one is made at the first use. No transaction lasts for ever: Neo4j ends one
 * that takes too long, and a Neo4j that does not even do that is given up as `GRAPH_UNAVAILABLE`. What became of a
 * write is then unknown.
 */
export function openGraph(address: GraphAddress, options: GraphOptions = {}): Graph {
  const driver = neo4j.driver(address.uri, neo4j.auth.basic(address.user, address.password), {
    disableLosslessIntegers: true,
    maxTransactionRetryTime: options.retryMs ?? RETRY_MS,
    // Longer than it takes to find that nobody answers, so that this is what is told.
    connectionAcquisitionTimeout: options.acquireTimeoutMs ?? 6_000,
    connectionTimeout: 5_000,
    telemetryDisabled: true,
  });
  return graphOver(driver, options);
}

function graphOver(driver: Driver, options: GraphOptions): Graph {
  const patienceMs = (options.retryMs ?? RETRY_MS) + SILENCE_MS;
  const inSession = async <T>(
    mode: 'READ' | 'WRITE',
    timeout: number,
    work: (session: Session) => Promise<T>,
  ): Promise<T> => {
    const session = driver.session({ defaultAccessMode: mode });
    const done = work(session).finally(() => session.close());
    try {
      return await inTime(done, timeout + patienceMs);
    } catch (error) {
      throw translated(error);
    }
  };
  const readTimeout = options.readTimeoutMs ?? READ_TIMEOUT_MS;
  const writeTimeout = options.writeTimeoutMs ?? WRITE_TIMEOUT_MS;
  const read = <T>(work: (tx: GraphTransaction) => Promise<T>): Promise<T> =>
    inSession('READ', readTimeout, (session) =>
      session.executeRead((tx) => work(transactionOver(tx)), { timeout: readTimeout }),
    );
  const write = <T>(work: (tx: GraphTransaction) => Promise<T>): Promise<T> =>
    inSession('WRITE', writeTimeout, (session) =>
      session.executeWrite((tx) => work(transactionOver(tx)), { timeout: writeTimeout }),
    );
  return {
    driver,
    read,
    write,
    run: (query, params) =>
      query.mode === 'read'
        ? inSession('READ', readTimeout, (session) => runAlone(session, query, params, readTimeout))
        : write((tx) => tx.run(query, params)),
    async ping() {
      await driver.getServerInfo().catch((error: unknown) => {
        throw translated(error);
      });
    },
    close: () => driver.close(),
  };
}

/** Whatever still comes after the deadline is not looked at. */
async function inTime<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    // The error is made when it is needed: noting where it was made takes longer than sending a query.
    const tooLate = () => reject(new AppError('GRAPH_UNAVAILABLE', `Neo4j has not answered within ${deadlineMs} ms`));
    timer = setTimeout(tooLate, deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * One query and nothing else: it needs no transaction around it, which would take two more trips to Neo4j. On a passing
 * error it is tried again as part of one, which the driver repeats as long as that makes sense.
 */
async function runAlone<P extends z.ZodType, R extends z.ZodType>(
  session: Session,
  query: Query<P, R>,
  params: z.input<P>,
  timeout: number,
): Promise<z.output<R>[]> {
  try {
    return await rowsOf(query, params, (text, values) => session.run(text, values, { timeout }));
  } catch (error) {
    if (!neo4j.isRetryableError(error)) {
      throw error;
    }
    return session.executeRead((tx) => transactionOver(tx).run(query, params), { timeout });
  }
}

function transactionOver(tx: ManagedTransaction): GraphTransaction {
  return { run: (query, params) => rowsOf(query, params, (text, values) => tx.run(text, values)) };
}

async function rowsOf<P extends z.ZodType, R extends z.ZodType>(
  query: Query<P, R>,
  params: z.input<P>,
  run: (text: string, values: Record<string, unknown>) => Result,
): Promise<z.output<R>[]> {
  const { records } = await run(query.text, query.params.parse(params) as Record<string, unknown>);
  return records.map((record) => query.row.parse(record.toObject()));
}

/** Names what a caller can do something about; everything else stays as it is. */
function translated(error: unknown): unknown {
  if (!(error instanceof neo4j.Neo4jError)) {
    return error;
  }
  if (isTooMuch(error)) {
    return new TooMuchError(error);
  }
  return isAway(error)
    ? new AppError('GRAPH_UNAVAILABLE', `Neo4j does not answer: ${error.message}`, { cause: error })
    : error;
}
