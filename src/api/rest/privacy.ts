import { z } from 'zod';
import { idSchema } from '../../activity/activity.ts';
import type { Caller } from '../../core/caller.ts';
import { AppError } from '../../core/errors.ts';
import type { Erasure } from '../../log/erase/pending.ts';
import { personChangedFor, personToErase } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { idParameter } from './query.ts';

/** Longest that a request waits for an erasure, in milliseconds; then it goes on without the request. */
export const ERASURE_PATIENCE_MS = 20_000;
const LINES_AT_ONCE = 200;

const erasureSchema = z
  .strictObject({
    erasure: z.int().min(1).describe('Number of the erasure.'),
    status: z.enum(['pending', 'done']).describe('pending: activities are refused already, and the rest goes on.'),
    position: z
      .int()
      .nullable()
      .describe('Newest row of the log that says what was cleared; null: there was nothing of the person.'),
    log_rows: z.int().describe('Rows of the log that were cleared.'),
    audit_rows: z.int().describe('Rows of the audit tables that were deleted.'),
  })
  .meta({ id: 'Erasure' });

const personPathSchema = z.object({
  user: idParameter.describe('The id, percent-encoded.').meta({ examples: ['ann'] }),
});

/** `DELETE /users/{user}`: erases a person. */
export async function deletePerson(user: string, caller: Caller, ports: ApiPorts): Promise<Response> {
  const person = await personToErase(caller, checkedId(user), ports);
  const erasure = await ports.erasePerson(person.id, ERASURE_PATIENCE_MS);
  return Response.json(erasureJson(erasure), { status: erasure.status === 'done' ? 200 : 202 });
}

/** `GET /users/{user}/export`: everything about a person as JSON lines. */
export async function getPersonExport(user: string, caller: Caller, ports: ApiPorts): Promise<Response> {
  const person = await personChangedFor(caller, checkedId(user), ports);
  const lines = ports.exportPerson(person);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let text = '';
      for (let count = 0; count < LINES_AT_ONCE; count += 1) {
        const { done, value } = await lines.next();
        if (done === true) {
          controller.enqueue(encoder.encode(text));
          controller.close();
          return;
        }
        text += `${JSON.stringify(value)}\n`;
      }
      controller.enqueue(encoder.encode(text));
    },
    cancel: async () => void (await lines.return(undefined)),
  });
  return new Response(body, {
    headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'private, no-store' },
  });
}

function erasureJson({ id, status, position, logRows, auditRows }: Erasure): Record<string, unknown> {
  return { erasure: id, status, position, log_rows: logRows, audit_rows: auditRows };
}

/** @throws AppError `REQUEST_MALFORMED` for what cannot be an id. */
function checkedId(user: string): string {
  const parsed = idSchema.safeParse(user);
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', 'user: must be an id of 1 to 200 characters without control characters.');
  }
  return parsed.data;
}

export const PRIVACY_OPERATIONS = {
  'DELETE /users/:user': {
    id: 'erasePerson',
    summary:
      'Erases a person from every store, with their content, for ever: activities that name them are refused from then on. A person erases themselves, service and admin anybody.',
    path: personPathSchema,
    answers: {
      200: { description: 'Nothing is left of them.', schema: ref('Erasure') },
      202: { description: 'It takes longer; ask again.', schema: ref('Erasure') },
    },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'LOG_UNAVAILABLE'],
  },
  'GET /users/:user/export': {
    id: 'exportPerson',
    summary: 'Everything that the stores hold about a person, one JSON object a line; see docs/privacy.md.',
    path: personPathSchema,
    answers: { 200: { description: 'One object a line.', type: 'application/x-ndjson' } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'LOG_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;

/** Schemas that the operations point to. */
export const PRIVACY_SCHEMAS: readonly z.ZodType[] = [erasureSchema];
