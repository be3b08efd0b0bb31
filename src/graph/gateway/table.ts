import neo4j, {
  type Driver,
  type Record as NeoRecord,
  type Result,
  type Session,
  type Transaction,
} from 'neo4j-driver';
import { AppError } from '../../core/errors.ts';
import type { GraphAddress } from '../graph.ts';
import { explained } from './failures.ts';
import { checkPlan } from './operators.ts';
import { NoRoomError, type Plain, plainValue, type Room, storedValue } from './plain-value.ts';

/** A query of an analyst. */
export interface CypherRequest {
  readonly query: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Most rows of the answer. */
  readonly limit: number;
  /** How long it may take, waiting for its turn included. */
  readonly timeoutMs: number;
}

export interface CypherTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Plain[])[];
  /** There are more rows than asked for, or than an answer may hold. */
  readonly truncated: boolean;
  /** What Neo4j remarks about the query, as a label that does not exist. */
  readonly warnings: readonly string[];
}

/** A query that is being read. */
export interface Reading {
  readonly answer: Promise<CypherTable>;
  /** Resolves when Neo4j is done with it too, which may be later than the answer; never rejects. */
  readonly done: Promise<void>;
}

/** Neo4j looks at its clock now and then; this long after the time nobody waits for it any more. */
export const GRACE_MS = 500;
const MAX_ANSWER_CHARACTERS = 8_000_000;

/** Connections for so many queries at once, apart from those of the service. */
export function openReadingDriver({ uri, user, password }: GraphAddress, atOnce: number): Driver {
  return neo4j.driver(uri, neo4j.auth.basic(user, password), {
    useBigInt: true,
    fetchSize: 200,
    maxConnectionPoolSize: atOnce + 1,
    maxTransactionRetryTime: 0,
    connectionAcquisitionTimeout: 5_000,
    connectionTimeout: 5_000,
    telemetryDisabled: true,
  });
}

/** Reads a query that passed the checks of its text; answers in time. */
export function readInTime(driver: Driver, request: CypherRequest): Reading {
  const session = driver.session({ defaultAccessMode: 'READ' });
  const work = readTable(session, request);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooLong(request.timeoutMs)), request.timeoutMs + GRACE_MS);
  });
  const answer = Promise.race([work, late])
    .catch((error: unknown) => {
      throw explained(error, request.timeoutMs);
    })
    .finally(() => clearTimeout(timer));
  // Closing tells a Neo4j that still works on it to stop, and ends when it has.
  const close = (): Promise<void> => session.close().catch(() => undefined);
  return { answer, done: answer.then(close, close) };
}

export const tooLong = (timeoutMs: number): AppError =>
  new AppError('QUERY_TOO_COSTLY', `The query ran longer than ${timeoutMs} ms.`);

async function readTable(session: Session, request: CypherRequest): Promise<CypherTable> {
  const { query, timeoutMs } = request;
  const params = storedValue(request.params) as Record<string, unknown>;
  const tx = await session.beginTransaction({ timeout: timeoutMs });
  try {
    const warnings = await explain(tx, query, params);
    const result = tx.run(query, params);
    return { ...(await readRows(result, request.limit)), columns: await result.keys(), warnings };
  } finally {
    await tx.rollback().catch(() => undefined);
  }
}

async function explain(tx: Transaction, query: string, params: Record<string, unknown>): Promise<string[]> {
  const { summary } = await tx.run(`EXPLAIN\n${query}`, params);
  checkPlan(summary.plan, summary.queryType);
  return [...new Set(summary.notifications.map(({ description }) => description))];
}

async function readRows(result: Result, limit: number): Promise<Pick<CypherTable, 'rows' | 'truncated'>> {
  const rows: Plain[][] = [];
  const room = { left: MAX_ANSWER_CHARACTERS };
  for await (const record of result) {
    if (rows.length === limit) return { rows, truncated: true };
    const row = plainRow(record, room);
    if (row === undefined) {
      if (rows.length > 0) return { rows, truncated: true };
      throw new AppError('QUERY_TOO_COSTLY', `One row alone is longer than ${MAX_ANSWER_CHARACTERS} characters.`);
    }
    rows.push(row);
  }
  return { rows, truncated: false };
}

/** Undefined when there is no room for it; then its rest is not looked at, since that would take our process's time. */
function plainRow(record: NeoRecord, room: Room): Plain[] | undefined {
  try {
    return record.keys.map((key) => plainValue(record.get(key), room));
  } catch (error) {
    if (error instanceof NoRoomError) {
      return undefined;
    }
    throw error;
  }
}
