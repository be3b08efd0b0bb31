import { z } from 'zod';
import { MAX_BATCH } from '../../activity/activity.ts';
import { AUDIT_TABLES, type AuditTable, findKind, KINDS } from '../../activity/kinds.ts';
import { parseReference } from '../../activity/reference.ts';
import type { Caller } from '../../core/caller.ts';
import { AppError } from '../../core/errors.ts';
import type { AcceptResult, Transport } from '../../ingest/accept.ts';
import type { ActivitiesQuery } from '../../log/read/activities.ts';
import { peopleAskedFor } from '../access.ts';
import { readJson } from '../body.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { failureOf } from '../failure.ts';
import type { ApiPorts } from '../ports.ts';
import { problemOf } from '../problem.ts';
import { idParameter, readQuery, timeParameter, wholeNumber } from './query.ts';

/** A full batch of activities of ordinary size fits; 2,500 of the largest ones do not. */
export const MAX_ACTIVITIES_BYTES = 8 * 1_024 * 1_024;

/** `POST /activities/`: one activity, or an array of them. Answers after the log has committed. */
export async function postActivities(
  request: Request,
  caller: Caller,
  transport: Transport,
  ports: ApiPorts,
): Promise<Response> {
  const body = await readJson(request, MAX_ACTIVITIES_BYTES);
  const items: readonly unknown[] = Array.isArray(body) ? body : [body];
  checkBatchSize(items.length);
  const started = performance.now();
  const results = await ports.accept(items, caller, transport);
  ports.metrics.observeAppend(items.length, (performance.now() - started) / 1_000);
  const [only] = results;
  if (Array.isArray(body) || only === undefined) {
    return Response.json({
      results: results.map((result) => resultJson(result, ports)),
      position: lastPosition(results),
    });
  }
  return singleAnswer(only, ports);
}

/** @throws AppError `PAYLOAD_TOO_LARGE`. */
export function checkBatchSize(length: number): void {
  if (length > MAX_BATCH) {
    throw new AppError('PAYLOAD_TOO_LARGE', `${length} activities were sent, at most ${MAX_BATCH} are allowed.`);
  }
}

/** The position to wait for in order to see the whole batch; null when nothing of it is in the log. */
export function lastPosition(results: readonly AcceptResult[]): number | null {
  return results.reduce<number | null>(
    (last, result) => ('position' in result && (last === null || result.position > last) ? result.position : last),
    null,
  );
}

function singleAnswer(result: AcceptResult, ports: ApiPorts): Response {
  if (!('error' in result)) {
    const { id, position, status } = result;
    return Response.json({ id, position, status }, { status: status === 'accepted' ? 201 : 200 });
  }
  return problemOf(failureOf(result.error, ports.logger), { id: result.id });
}

function resultJson(result: AcceptResult, ports: ApiPorts): Record<string, unknown> {
  if (!('error' in result)) {
    return { id: result.id, status: result.status, position: result.position };
  }
  const { code, detail, remedy } = failureOf(result.error, ports.logger);
  return { id: result.id, status: result.status, error: { code, detail, remedy } };
}

/** What lists of activities can be narrowed to. */
export const activityFilters = {
  user_id: idParameter
    .optional()
    .describe(
      "Whose activities. Default: the token's subject; for service, analyst and admin everybody's. Others only for those three.",
    ),
  activity_type: z
    .string()
    .max(100)
    .optional()
    .describe('A kind of activity, or an alias that means a kind as a whole.')
    .meta({ examples: ['like'] }),
  table: z.enum(AUDIT_TABLES).optional().describe('Kinds of which this audit table has a row.'),
  content: z
    .string()
    .max(300)
    .optional()
    .describe('What they were done to, as type:id.')
    .meta({ examples: ['post:opening'] }),
};

export const activitiesQuerySchema = z.strictObject({
  ...activityFilters,
  since: timeParameter.optional().describe('Received at this time or later.'),
  until: timeParameter.optional().describe('Received before this time.'),
  limit: wholeNumber(1, 200).default(50),
  cursor: z.string().max(100).optional().describe('The `next` of the page before.'),
});

/** `GET /activities/`: what was received, newest first. */
export async function getActivities(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const { cursor, limit, ...filters } = readQuery(request, activitiesQuerySchema);
  const { since, until, ...named } = await filterOf(filters, caller, ports);
  const query = JSON.stringify([named.userId, named.kind, named.kinds, named.content, since, until]);
  const after = cursor === undefined ? undefined : decodeCursor(cursor, query, ports.cursorSecret);
  const page = await ports.listActivities({
    ...named,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(after === undefined ? {} : { after }),
    limit,
  });
  const next = page.next === null ? null : encodeCursor(page.next, query, ports.cursorSecret);
  return Response.json({ items: page.items, next }, { headers: nextLink(request, next) });
}

type Filters = Omit<z.output<typeof activitiesQuerySchema>, 'cursor' | 'limit'>;

/** @throws AppError `FORBIDDEN` for data of others, `REQUEST_MALFORMED` for a kind or content that cannot be. */
export async function filterOf(
  filters: Filters,
  caller: Caller,
  ports: Pick<ApiPorts, 'peopleNow'>,
): Promise<Omit<ActivitiesQuery, 'limit' | 'after'>> {
  const userId = await peopleAskedFor(caller, filters.user_id, ports);
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(filters.activity_type === undefined ? {} : { kind: kindOf(filters.activity_type) }),
    ...(filters.table === undefined ? {} : { kinds: kindsIn(filters.table) }),
    ...(filters.content === undefined ? {} : { content: referenceOf(filters.content) }),
    ...(filters.since === undefined ? {} : { since: Date.parse(filters.since) }),
    ...(filters.until === undefined ? {} : { until: Date.parse(filters.until) }),
  };
}

function kindsIn(wanted: AuditTable): readonly string[] {
  return KINDS.filter(({ table, secondTable }) => table === wanted || secondTable === wanted).map(({ name }) => name);
}

function kindOf(word: string): string {
  const match = findKind(word);
  if (match === undefined) {
    throw new AppError('REQUEST_MALFORMED', 'activity_type: is not a kind of activity; /openapi.json lists them.');
  }
  if (match.contentType !== undefined) {
    throw new AppError(
      'REQUEST_MALFORMED',
      `activity_type: ${word} means ${match.kind.name} of one type of content; ask for ${match.kind.name}.`,
    );
  }
  return match.kind.name;
}

/** @throws AppError `REQUEST_MALFORMED` for what is no reference to content. */
export function referenceOf(content: string): string {
  if (parseReference(content) === undefined || !content.isWellFormed() || content.includes('\u0000')) {
    throw new AppError('REQUEST_MALFORMED', 'content: must be type:id, as in post:c954.');
  }
  return content;
}

/** The Link header (RFC 8288) to the next page. */
export function nextLink(request: Request, next: string | null): Record<string, string> {
  if (next === null) {
    return {};
  }
  const url = new URL(request.url);
  url.searchParams.set('cursor', next);
  return { link: `<${url.pathname}${url.search}>; rel="next"` };
}
