import type { z } from 'zod';
import type { ErrorCode } from '../../core/errors.ts';

/** What the OpenAPI document says of a route. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  /** The path is shown with a last slash; it works either way. */
  readonly slash?: true;
  /** A write key opens this door too. */
  readonly writeKey?: true;
  /** It may be open to whoever reaches it, as the description says. */
  readonly tokenOptional?: true;
  /** Parameters in the path, by the names that the route gives them. */
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: object;
  /** Media type of the body; default: JSON. */
  readonly bodyType?: string;
  readonly answers: Readonly<
    Record<number, { readonly description: string; readonly type?: string; readonly schema?: object }>
  >;
  readonly errors?: readonly ErrorCode[];
  /** Media type and schema of the errors; default: problem+json. */
  readonly errorForm?: ErrorForm;
}

export interface ErrorForm {
  readonly type: string;
  readonly schema: string;
}

export const PROBLEM: ErrorForm = { type: 'application/problem+json', schema: 'Problem' };

/** What can go wrong wherever a feed is ranked. */
export const FEED_ERRORS = [
  'CURSOR_MALFORMED',
  'CURSOR_EXPIRED',
  'ALGORITHM_UNKNOWN',
  'GRAPH_BEHIND',
  'GRAPH_UNAVAILABLE',
  'GRAPH_REBUILDING',
  'LOG_UNAVAILABLE',
] as const satisfies readonly ErrorCode[];

/** Points to a schema among the components, by the id in its `meta`. */
export const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
