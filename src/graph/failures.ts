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
  return isAppError(error, 'GRAPH_UNAVAILABLE') || error instanceof neo4j.Neo4jError;
}

/**
 * Codes that a statement gets for its values; the four excepted are faults of the statement itself. A value too large
 * for an index comes as a DatabaseError, which other causes share; whoever sets rows aside must therefore see a write
 * succeed first.
 */
const AT_FAULT =
  /^Neo\.(ClientError\.(Statement\.(?!SyntaxError|AccessMode|ParameterMissing|RuntimeUnsupported)|Schema\.)|DatabaseError\.Statement\.)/;
