import type { GraphAddress } from '../graph.ts';
import { checkClauses } from './clauses.ts';
import { checkExpressions } from './expressions.ts';
import { createReaders } from './readers.ts';
import type { CypherRequest, CypherTable, Reading } from './table.ts';
import { isSymbol, readTokens } from './tokens.ts';
import { createTurns } from './turns.ts';

export type { CypherRequest } from './table.ts';

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

/**
 * Opens the gateway, with connections of its own: on Community Edition every user is an administrator, so it is this
 * that keeps a query to reading. A query passes four gates: its text, its expressions, its plan, and Neo4j's own
 * refusal of writes in a transaction for reading, which also ends it in time.
 */
export function openGateway(address: GraphAddress): Gateway {
  const readers = createReaders(address, AT_ONCE);
  const turns = createTurns(AT_ONCE, MOST_WAITING);
  return {
    async run(request) {
      const query = readableQuery(request);
      const deadline = performance.now() + request.timeoutMs;
      const giveBack = await turns.take(Math.min(request.timeoutMs, LONGEST_WAIT_MS));
      const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
      const { answer, done } = readFirst(giveBack, () => readers.read({ ...request, query, timeoutMs }));
      // The turn is over only when Neo4j is done too, so that what it cannot interrupt does not pile up.
      void done.then(giveBack);
      return await answer;
    },
    close: () => readers.close(),
  };
}

/** A turn is given back too when not even a beginning is made. */
function readFirst(giveBack: () => void, read: () => Reading): Reading {
  try {
    return read();
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** The text as Neo4j shall get it, after the checks that need no server. */
function readableQuery({ query, params }: CypherRequest): string {
  const { tokens, text } = readTokens(query);
  const complete = isSymbol(tokens.at(-1), ';') ? tokens.slice(0, -1) : tokens;
  checkClauses(complete);
  checkExpressions(complete, params);
  return complete.length === tokens.length ? text : text.replace(/;\s*$/, '');
}
