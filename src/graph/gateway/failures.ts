import neo4j from 'neo4j-driver';
import { AppError, isAppError } from '../../core/errors.ts';
import { isAway } from '../failures.ts';

const OUT_OF_TIME = /TransactionTimedOut|\.Transaction\.Terminated|\.Transaction\.LockClientStopped/;
const OUT_OF_MEMORY = /OutOfMemory|StackOverFlow/i;

/** What became of an analyst's query, in words about the query; whatever is no fault of the query stays as it is. */
export function explained(error: unknown, timeoutMs: number): unknown {
  if (isAppError(error) || !(error instanceof neo4j.Neo4jError)) return error;
  const { code, message } = error;
  if (isAway(error)) return new AppError('GRAPH_UNAVAILABLE', `Neo4j does not answer: ${message}`, { cause: error });
  if (OUT_OF_TIME.test(code)) {
    return new AppError('QUERY_TOO_COSTLY', `The query ran longer than ${timeoutMs} ms.`, { cause: error });
  }
  if (OUT_OF_MEMORY.test(code)) {
    return new AppError('QUERY_TOO_COSTLY', 'The query needs more memory than one query may have.', { cause: error });
  }
  return /^Neo\.(ClientError\.(Statement|Procedure|Schema)|DatabaseError\.Statement)\./.test(code)
    ? new AppError('CYPHER_INVALID', sentence(message), { cause: error })
    : error;
}

/**
 * Neo4j's message without the query that it quotes. It saw one line more than the caller wrote: EXPLAIN stands before
 * the text.
 */
function sentence(message: string): string {
  const [, what = message, line, column] =
    /^([\s\S]*?) ?\(line (\d+), column (\d+) \(offset: \d+\)\)/.exec(message) ?? [];
  const short = what.split('\n')[0]?.slice(0, 500) ?? '';
  return line === undefined
    ? short
    : `Line ${Math.max(1, Number(line) - 1)}, column ${Math.max(1, Number(column))}: ${short}`;
}
