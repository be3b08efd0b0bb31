import { randomUUID } from 'node:crypto';
import { AppError, ERRORS, type ErrorCode, isAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { isBusy } from '../graph/failures.ts';

/** What a caller is told about a failure, whichever door they came through. */
export interface Failure {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly remedy: string;
  /** For failures of the service (5xx): the id under which the cause was logged. */
  readonly id: string | undefined;
  readonly retryAfterSeconds: number | undefined;
}

/**
 * Turns anything thrown into what a caller may see. A fault of the caller is told as it is. A fault of the service is
 * logged once, under an id, and told by the sentence of the catalogue: the messages of stores and libraries stay inside.
 */
export function failureOf(error: unknown, logger: Logger): Failure {
  const known = isAppError(error) ? error : unexpected(error);
  if (known.status < 500) {
    const { code, status, message, remedy, retryAfterSeconds } = known;
    return { code, status, detail: message, remedy, id: undefined, retryAfterSeconds };
  }
  const id = randomUUID();
  logger[known.status === 500 ? 'error' : 'warn']({ id, code: known.code, err: error }, 'A request failed');
  return {
    code: known.code,
    status: known.status,
    detail: ERRORS[known.code].when,
    remedy: known.remedy,
    id,
    retryAfterSeconds: known.retryAfterSeconds,
  };
}

/** A question of our own that Neo4j gave up on was not too costly, but asked of a Neo4j that has no room for it now. */
function unexpected(error: unknown): AppError {
  return isBusy(error)
    ? new AppError('GRAPH_UNAVAILABLE', 'Neo4j has too much to do', { cause: error })
    : new AppError('INTERNAL', 'unexpected', { cause: error });
}
