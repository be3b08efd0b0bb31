import { AppError } from '../../core/errors.ts';
import { idParameter, timeParameter } from '../rest/query.ts';

/** An id from an argument; undefined when it was left out or null. @throws AppError `REQUEST_MALFORMED` */
export function idArgument(value: unknown, name = 'userId'): string | undefined {
  if (value == null) {
    return undefined;
  }
  const parsed = idParameter.safeParse(value);
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', `${name}: must be an id of 1 to 200 characters without control characters`);
  }
  return parsed.data;
}

/** A time in milliseconds from an argument; undefined when it was left out or null. @throws AppError `REQUEST_MALFORMED` */
export function timeArgument(name: string, value: unknown): number | undefined {
  if (value == null) {
    return undefined;
  }
  const parsed = timeParameter.safeParse(value);
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', `${name}: must be a time as in 2026-11-01T12:00:00Z`);
  }
  return Date.parse(parsed.data);
}

/** How many items a page has, from the argument `first`, or another name. @throws AppError `REQUEST_MALFORMED` */
export function firstArgument(
  value: unknown,
  { most, fallback, name = 'first' }: { readonly most: number; readonly fallback: number; readonly name?: string },
): number {
  const first = Number(value ?? fallback);
  if (first < 1 || first > most) {
    throw new AppError('REQUEST_MALFORMED', `${name}: must be a whole number from 1 to ${most}`);
  }
  return first;
}
