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
  checkSignature(given, signature(position, query, secret));
  return position;
}

/**
 * The same for pages in any order: what the order goes by of the page's last item, as JSON. It can be read by whoever
 * has it, so it must not hold what they were not shown.
 */
export function encodeKey(key: unknown, query: string, secret: string): string {
  const text = Buffer.from(JSON.stringify(key)).toString('base64url');
  return `${text}.${signature(text, query, secret)}`;
}

/** @throws AppError `CURSOR_MALFORMED` for anything that {@link encodeKey} did not make for this query. */
export function decodeKey(cursor: string, query: string, secret: string): unknown {
  const [, text = '', given = ''] = /^([\w-]{1,1500})\.([\w-]{22})$/.exec(cursor) ?? [];
  checkSignature(given, signature(text, query, secret));
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
}

function checkSignature(given: string, expected: string): void {
  if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) {
    throw new AppError('CURSOR_MALFORMED', 'cursor: was altered, or belongs to another query.');
  }
}

function signature(position: number | string, query: string, secret: string): string {
  return createHmac('sha256', secret).update(`${position}\n${query}`).digest('base64url').slice(0, 22);
}
