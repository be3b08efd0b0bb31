import { DatabaseError } from 'pg';
import { AppError } from '../core/errors.ts';

/**
 * SQLSTATE classes and codes that say "not now", not "not so": connection (08), resources such as a full disk (53),
 * operator intervention such as a shutdown (57), the system itself (58), a standby that is read-only, a session that was
 * ended because it idled within a transaction, and what ends when two transactions met (40).
 */
const AWAY = /^(08|53|57|58|40)|^(25006|25P03|25P04|55P03|XX001)$/;
/** What node and the driver say of a connection that is not there, or not any more. */
const NETWORK =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|ERR_STREAM|ABORT_ERR)|^EADDRNOTAVAIL$/;
const LOST =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Query read timeout|not queryable|Client was closed|Connection ended|closed the connection/i;

/** True when Postgres does not answer or cannot write at the moment; trying again later is worth it. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseError) {
    return AWAY.test(error.code ?? '');
  }
  if (error instanceof AggregateError) {
    return error.errors.some(isUnavailable);
  }
  if (!(error instanceof Error)) {
    return false;
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return NETWORK.test(code) || LOST.test(error.message);
}

/**
 * True when Postgres refused what a row holds: a value (SQLSTATE class 22) or a constraint on one (23). A missing
 * partition and a key of ours that is taken already are faults of the service, not of a row.
 */
export function isFaultOfRow(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) {
    return false;
  }
  const missingPartition = error.code === '23514' && error.constraint === undefined;
  return /^2[23]/.test(error.code ?? '') && error.code !== '23505' && !missingPartition;
}

/** What a sender hears whose activities were not written, for whatever reason: nothing is lost, and they send again. */
export function writeFailure(error: unknown): AppError {
  return error instanceof AppError
    ? error
    : new AppError('LOG_UNAVAILABLE', 'Postgres does not answer or cannot write at the moment.', { cause: error });
}

/** The driver's error as the caller may see it: `LOG_UNAVAILABLE` when Postgres is away, else the error itself. */
export function logFailure(error: unknown): unknown {
  return isUnavailable(error)
    ? new AppError('LOG_UNAVAILABLE', 'Postgres does not answer or cannot write at the moment.', { cause: error })
    : error;
}
