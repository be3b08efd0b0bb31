import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import { AppError } from '../../core/errors.ts';
import type { AcceptResult, Transport } from '../../ingest/accept.ts';
import { failureOf } from '../failure.ts';
import type { ApiPorts } from '../ports.ts';
import { problemOf } from '../problem.ts';
import { itemErrorSchema } from './answers.ts';

/** Most entries of the catalogue in one request. */
export const MAX_CATALOGUE_BATCH = 1_000;

/** What may be wrong with a change of the catalogue. */
export const WRITE_ERRORS = [
  'REQUEST_MALFORMED',
  'FORBIDDEN',
  'ACTIVITY_ERASED',
  'PAYLOAD_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'ACTIVITY_INVALID',
  'LOG_UNAVAILABLE',
  'LOG_OVERLOADED',
] as const;

const CHANGES = ['created', 'updated', 'deleted', 'unchanged'] as const;

/** A change of the catalogue that is wanted, and the activity that records it. */
export type Wanted =
  | { readonly key: string; readonly change: 'unchanged' }
  | {
      readonly key: string;
      readonly change: 'created' | 'updated' | 'deleted';
      readonly activity: Readonly<Record<string, unknown>>;
    }
  | { readonly key: string | null; readonly change: 'invalid'; readonly error: AppError };

/** What became of it. */
export interface Change {
  readonly key: string | null;
  readonly change: Wanted['change'];
  /** Where the log has it; null when nothing was recorded. */
  readonly position: number | null;
  readonly error?: AppError;
}

export const catalogueChangeSchema = z
  .strictObject({
    key: z.string().describe('The content as type:id, or the id of the person.'),
    status: z.enum(CHANGES),
    position: z
      .int()
      .min(1)
      .nullable()
      .describe('Position in the log; may be given to GET /feed/ as after_position. Null: nothing had to be recorded.'),
  })
  .meta({ id: 'CatalogueChange' });

export const catalogueBatchSchema = z
  .strictObject({
    results: z.array(
      z.strictObject({
        key: z.string().nullable(),
        status: z.enum([...CHANGES, 'invalid']),
        position: z.int().min(1).nullable(),
        error: itemErrorSchema.optional(),
      }),
    ),
    position: z.int().nullable().describe('The newest position of the batch; null when nothing had to be recorded.'),
  })
  .meta({ id: 'CatalogueBatch' });

export const CATALOGUE_SCHEMAS: readonly z.ZodType[] = [catalogueChangeSchema, catalogueBatchSchema];

/**
 * The items of a batch, each checked for itself.
 *
 * @throws AppError `REQUEST_MALFORMED` for what is no list, `PAYLOAD_TOO_LARGE` for one that is too long.
 */
export function parseBatch<S extends z.ZodType>(schema: S, body: unknown): readonly (z.output<S> | AppError)[] {
  if (!Array.isArray(body)) {
    throw new AppError('REQUEST_MALFORMED', 'The body must be an array.');
  }
  if (body.length > MAX_CATALOGUE_BATCH) {
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      `${body.length} entries were sent, at most ${MAX_CATALOGUE_BATCH} are allowed.`,
    );
  }
  return body.map((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? parsed.data : faulty(parsed.error);
  });
}

/** The error that names each field that is wrong. */
export function faulty(error: z.core.$ZodError): AppError {
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  return new AppError('ACTIVITY_INVALID', faults.join('; ').toWellFormed().slice(0, 1_000));
}

/** Records what is wanted, by the one way in for every activity. Fails as a whole only when the log does. */
export async function send(
  wanted: readonly Wanted[],
  { caller, transport }: { readonly caller: Caller; readonly transport: Transport },
  ports: Pick<ApiPorts, 'accept'>,
): Promise<readonly Change[]> {
  const activities = wanted.flatMap((one) => ('activity' in one ? [one.activity] : []));
  const results = activities.length === 0 ? [] : await ports.accept(activities, caller, transport);
  let next = 0;
  return wanted.map((one): Change => {
    if ('error' in one) {
      return { key: one.key, change: 'invalid', position: null, error: one.error };
    }
    const result = 'activity' in one ? results[next++] : undefined;
    return result === undefined ? { key: one.key, change: one.change, position: null } : changeOf(one, result);
  });
}

function changeOf({ key, change }: Wanted, result: AcceptResult): Change {
  return 'error' in result
    ? { key, change: 'invalid', position: null, error: result.error }
    : { key, change, position: result.position };
}

/** @throws AppError of the change when it was refused. */
export function singleAnswer([change]: readonly Change[], ports: ApiPorts): Response {
  if (change?.error !== undefined) {
    return problemOf(failureOf(change.error, ports.logger));
  }
  const { key, change: status, position } = change ?? { key: null, change: 'unchanged', position: null };
  return Response.json({ key, status, position }, { status: status === 'created' ? 201 : 200 });
}

export function batchAnswer(changes: readonly Change[], ports: ApiPorts): Response {
  const results = changes.map(({ key, change: status, position, error }) => {
    if (error === undefined) {
      return { key, status, position };
    }
    const { code, detail, remedy } = failureOf(error, ports.logger);
    return { key, status, position, error: { code, detail, remedy } };
  });
  const positions = changes.flatMap(({ position }) => (position === null ? [] : [position]));
  return Response.json({ results, position: positions.length === 0 ? null : Math.max(...positions) });
}
