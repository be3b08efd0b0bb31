import neo4j, {
  type Driver,
  type Record as NeoRecord,
  type Result,
  type Session,
  type Transaction,
} from 'neo4j-driver';
import { AppError } from '../../core/errors.ts';
import type { GraphAddress } from '../graph.ts';
import { checkClauses } from './clauses.ts';
import { checkExpressions } from './expressions.ts';
import { explained } from './failures.ts';
import { checkPlan } from './operators.ts';
import { NoRoomError, type Plain, plainValue, type Room, storedValue } from './plain-value.ts';
import { isSymbol, readTokens } from './tokens.ts';
import { createTurns } from './turns.ts';

/** A query of an analyst. */
export interface CypherRequest {
  readonly query: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Most rows of the answer. */
  readonly limit: number;
  /** How long it may take, waiting for its turn included. */
  readonly timeoutMs: number;
}

interface CypherTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Plain[])[];
  /** There are more rows than asked for, or than an answer may hold. */
  readonly truncated: boolean;
  /** What Neo4j remarks about the query, as a label that does not exist. */
  readonly warnings: readonly string[];
}

/** Reads the graph for people who write their own Cypher. */
export interface Gateway {
  /**
   * @throws AppError `CYPHER_REFUSED` for anything but reading, `CYPHER_INVALID`, `QUERY_TOO_COSTLY` for too much time,
   * memory or data, `CYPHER_BUSY`, `GRAPH_UNAVAILABLE`.
   */
  run(request: CypherRequest): Promise<CypherTable>;
  close(): Promise<void>;
}

const AT_ONCE = 2;
const MOST_WAITING = 8;
const LONGEST_WAIT_MS = 5_000;
/** Neo4j looks at its clock now and then; this long after the time nobody waits for it any more. */
const GRACE_MS = 500;
const MAX_ANSWER_CHARACTERS = 8_000_000;

/**
 * Opens the gateway, with connections of its own: on Community Edition every user is an administrator, so it is this
 * that keeps a query to reading. A query passes four gates: its text, its expressions, its plan, and Neo4j's own
 * refusal of writes in a transaction for reading, which also ends it in time.
 */
export function openGateway(address: GraphAddress): Gateway {
  const driver = neo4j.driver(address.uri, neo4j.auth.basic(address.user, address.password), {
    useBigInt: true,
    fetchSize: 200,
    maxConnectionPoolSize: AT_ONCE + 1,
    maxTransactionRetryTime: 0,
    connectionAcquisitionTimeout: 5_000,
    connectionTimeout: 5_000,
    telemetryDisabled: true,
  });
  const turns = createTurns(AT_ONCE, MOST_WAITING);
  return {
    async run(request) {
      const text = readableQuery(request);
      const deadline = performance.now() + request.timeoutMs;
      const giveBack = await turns.take(Math.min(request.timeoutMs, LONGEST_WAIT_MS));
      const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
      return await inTurn(driver, { ...request, query: text, timeoutMs }, giveBack);
    },
    close: () => driver.close(),
  };
}

/** The text as Neo4j shall get it, after the checks that need no server. */
function readableQuery({ query, params }: CypherRequest): string {
  const { tokens, text } = readTokens(query);
  const complete = isSymbol(tokens.at(-1), ';') ? tokens.slice(0, -1) : tokens;
  checkClauses(complete);
  checkExpressions(complete, params);
  return complete.length === tokens.length ? text : text.replace(/;\s*$/, '');
}

/** Answers in time; the turn is over only when Neo4j is done too, so that what it cannot interrupt does not pile up. */
async function inTurn(driver: Driver, request: CypherRequest, giveBack: () => void): Promise<CypherTable> {
  const session = driver.session({ defaultAccessMode: 'READ' });
  const work = readTable(session, request);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooLong(request.timeoutMs)), request.timeoutMs + GRACE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw explained(error, request.timeoutMs);
  } finally {
    clearTimeout(timer);
    // Tells a Neo4j that still works on it to stop, and ends when it has.
    void session
      .close()
      .catch(() => undefined)
      .finally(giveBack);
  }
}

const tooLong = (timeoutMs: number): AppError =>
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
