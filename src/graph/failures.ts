import neo4j from 'neo4j-driver';
import { z } from 'zod';
import { isAppError } from '../core/errors.ts';
import { UnfoldableError } from './projection/fold.ts';

/**
 * True when the rows themselves are at fault, and applying them will fail however often it is tried. False for
 * everything else: Neo4j is away, busy, out of disk, or something unexpected happened; then the same may be tried again
 * and no row is given up.
 */
export function isFaultOfRows(error: unknown): boolean {
  return (
    error instanceof UnfoldableError ||
    error instanceof z.ZodError ||
    (error instanceof neo4j.Neo4jError && !error.retryable && AT_FAULT.test(error.code))
  );
}

/** True when Neo4j, and not this program, is what failed. */
export function isFailureOfGraph(error: unknown): boolean {
  return isAppError(error, 'GRAPH_UNAVAILABLE') || error instanceof TooMuchError || error instanceof neo4j.Neo4jError;
}

/** True when Neo4j does not answer, or not at the moment, whatever it is asked. */
export function isAway(error: unknown): boolean {
  return (
    error instanceof neo4j.Neo4jError &&
    !isTooMuch(error) &&
    (AWAY.test(error.code) || (error.code === 'N/A' && NO_CONNECTION.test(error.message)))
  );
}

/** A query of our own that Neo4j gave up on: it took too long, or more memory than there was for it. */
export class TooMuchError extends Error {
  readonly code: string;

  constructor(cause: neo4j.Neo4jError) {
    super(cause.message, { cause });
    this.name = 'TooMuchError';
    this.code = cause.code;
  }
}

/** True when Neo4j gave up on a transaction that took too long, or more memory than there was for it. */
export function isTooMuch(error: unknown): boolean {
  return error instanceof TooMuchError || (error instanceof neo4j.Neo4jError && TOO_MUCH.test(error.code));
}

/** True when a transaction took more memory than one may have, so that it will do so again. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof TooMuchError && error.code.endsWith('.TransactionOutOfMemoryError');
}

/** True when a query of our own may well go through another time, and whoever asked for it did nothing wrong. */
export function isBusy(error: unknown): boolean {
  return (
    error instanceof TooMuchError ||
    (error instanceof neo4j.Neo4jError && error.code.startsWith('Neo.TransientError.Transaction.'))
  );
}

/** Not what one transaction did to another, as deadlocks: those are no reason to give up a whole run of a job. */
const AWAY =
  /^(ServiceUnavailable$|SessionExpired$|Neo\.ClientError\.(Security|Database)\.|Neo\.TransientError\.(?!Transaction\.))/;
/** The driver has no code for these. */
const NO_CONNECTION = /^(Connection acquisition timed out|Pool is closed)/;
/** A transaction whose time is over says so, or, where it waits for a lock just then, that it was stopped. */
const TOO_MUCH = /TransactionTimedOut|LockClientStopped|\.Transaction\.Terminated|OutOfMemory|StackOverFlow/;

/**
 * Codes that a statement gets for its values; the four excepted are faults of the statement itself. A value too large
 * for an index comes as a DatabaseError, which other causes share; whoever sets rows aside must therefore see a write
 * succeed first.
 */
const AT_FAULT =
  /^Neo\.(ClientError\.(Statement\.(?!SyntaxError|AccessMode|ParameterMissing|RuntimeUnsupported)|Schema\.)|DatabaseError\.Statement\.)/;
