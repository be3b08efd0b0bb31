import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../core/errors.ts';

/**
 * A keyset cursor: the position after which the next page begins, signed together with the query it belongs to, so that
 * it can neither be made up nor carried over to another query.
 */
export function encodeCursor(position: number, query: string, secret: string): string {
  return `${position.toString(36)}.${signature(position, query, secret)}`;
}

/** @throws AppError `CURSOR_MALFORMED` for anything that {@link encodeCursor} did not make for this query. */
export function decodeCursor(cursor: string, query: string, secret: string): number {
  const [, digits = '', given = ''] = /^([0-9a-z]{1,11})\.([\w-]{22})$/.exec(cursor) ?? [];
  const position = Number.parseInt(digits, 36);
  const expected = signature(position, query, secret);
  if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) {
    throw new AppError('CURSOR_MALFORMED', 'cursor: was altered, or belongs to another query.');
  }
  return position;
}

function signature(position: number, query: string, secret: string): string {
  return createHmac('sha256', secret).update(`${position}\n${query}`).digest('base64url').slice(0, 22);
}
