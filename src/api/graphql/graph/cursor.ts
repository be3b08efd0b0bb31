import { AppError } from '../../../core/errors.ts';

/** Rows before this one can be passed over; farther in, a filter is the way. */
export const MAX_OFFSET = 100_000;

/** The cursor of a row of the graph's lists, in the form of @neo4j/graphql, which takes any text for one. */
export function cursorOf(offset: number): string {
  return Buffer.from(`arrayconnection:${offset}`).toString('base64');
}

/**
 * How many rows come before those after this cursor.
 *
 * @throws AppError `CURSOR_MALFORMED` for one that was not received, or is beyond MAX_OFFSET.
 */
export function rowsBefore(after: string): number {
  const [, found] = /^arrayconnection:(\d{1,6})$/.exec(Buffer.from(after, 'base64').toString('latin1')) ?? [];
  const offset = Number(found);
  if (found === undefined || offset > MAX_OFFSET || cursorOf(offset) !== after) {
    throw new AppError('CURSOR_MALFORMED', 'after: is not a cursor of this list, or beyond its reach.');
  }
  return offset + 1;
}
