import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import { AppError } from '../../core/errors.ts';
import type { JobRun } from '../../jobs/history.ts';
import type { PersonScore, ScoresCursor } from '../../signals/engagement/scores.ts';
import { peopleAskedFor } from '../access.ts';
import { decodeKey, encodeKey } from '../cursor.ts';
import type { ApiPorts } from '../ports.ts';
import { nextLink } from './activities.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { idParameter, readQuery, wholeNumber } from './query.ts';

export const MAX_SCORES = 200;
export const DEFAULT_SCORES = 50;

const engagementQuerySchema = z.strictObject({
  user_id: idParameter
    .optional()
    .describe(
      "Whose score. Default: that of the token's subject; for service, analyst and admin everybody's. Others only for those three.",
    ),
  limit: wholeNumber(1, MAX_SCORES).default(DEFAULT_SCORES),
  cursor: z.string().max(1_600).optional().describe('The `next` of the page before.'),
});

const runPathSchema = z.strictObject({ run: wholeNumber(1, 999_999_999_999_999) });

const engagementScoreSchema = z
  .strictObject({
    user_id: z.string(),
    score: z.number().describe('The sum of the scores of parts, added in their order.'),
    activities: z.int().describe('How many activities of the last 90 days count, less those taken back.'),
    parts: z
      .array(
        z.strictObject({
          activity_type: z.string(),
          score: z.number().describe('Engagement, halved every 6.93 days.'),
          activities: z.int(),
        }),
      )
      .describe('What each kind of activity adds, greatest first.'),
    trend: z
      .strictObject({
        recent: z.number().describe('Engagement of the last 7 days, nothing of it faded.'),
        before: z.number().describe('That of the 7 days before.'),
        direction: z.enum(['rising', 'steady', 'falling']).describe('Steady: within a tenth.'),
      })
      .describe('By days in UTC.'),
  })
  .meta({ id: 'EngagementScore' });

export const engagementListSchema = z
  .strictObject({
    position: z.int().min(0).describe('The log is in the scores up to here.'),
    items: z.array(engagementScoreSchema).describe('Highest score first; who has none is not in it.'),
    next: z.string().nullable(),
  })
  .meta({ id: 'EngagementScores' });

export const recalculationSchema = z
  .strictObject({
    run: z.int().min(1),
    status: z.enum(['running', 'succeeded', 'failed']),
    status_url: z.string().describe('Where to ask how far it is.'),
    started_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
    result: z
      .strictObject({
        position: z.int().min(0).describe('The log is in the scores up to here.'),
        people: z.int().min(0),
        differences: z
          .int()
          .min(0)
          .nullable()
          .describe(
            'Days of people that were not what following the log had made of them: 0, unless somebody was erased since, whose part in what others did goes, or something is wrong. Null: the weights are others now.',
          ),
      })
      .nullable(),
  })
  .meta({ id: 'Recalculation' });

const PRIVATE = { 'cache-control': 'private, no-store' };

/** `GET /engagement/`: how engaged people are, with what that is made of. */
export async function getEngagement(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const { user_id, limit, cursor } = readQuery(request, engagementQuerySchema);
  const person = await peopleAskedFor(caller, user_id, ports);
  const page = await readScores({ person, limit, cursor }, ports);
  const items = page.items.map(scoreJson);
  return Response.json(
    { position: page.position, items, next: page.next },
    { headers: { ...PRIVATE, ...nextLink(request, page.next) } },
  );
}

/** A page of scores for either door. @throws AppError `CURSOR_MALFORMED`, `LOG_UNAVAILABLE` */
export async function readScores(
  asked: { readonly person: string | undefined; readonly limit: number; readonly cursor: string | undefined },
  ports: ApiPorts,
): Promise<{ readonly position: number; readonly items: readonly PersonScore[]; readonly next: string | null }> {
  const { person, limit, cursor } = asked;
  const query = JSON.stringify(['engagement', person]);
  const after = cursor === undefined ? undefined : (decodeKey(cursor, query, ports.cursorSecret) as ScoresCursor);
  const page = await ports.engagementScores({ person, limit, after, now: ports.clock.now() });
  return { ...page, next: page.next === null ? null : encodeKey(page.next, query, ports.cursorSecret) };
}

function scoreJson({ person, parts, ...score }: PersonScore): z.input<typeof engagementScoreSchema> {
  return {
    user_id: person,
    ...score,
    parts: parts.map(({ kind, ...part }) => ({ activity_type: kind, ...part })),
  };
}

/** `POST /engagement/recalculate/`: adds everything up anew, and answers before that is done. */
export async function postRecalculate(ports: ApiPorts): Promise<Response> {
  const run = await ports.recalculateEngagement();
  return recalculationAnswer(run, 202);
}

/** `GET /engagement/recalculate/{run}`: how far that is. */
export async function getRecalculation(run: string, ports: ApiPorts): Promise<Response> {
  const number = runPathSchema.safeParse({ run }).data?.run;
  const found = number === undefined ? undefined : await ports.engagementRun(number);
  if (found === undefined) {
    throw new AppError('NOT_FOUND', 'No recalculation has this number.');
  }
  return recalculationAnswer(found, 200);
}

function recalculationAnswer({ run, status, startedAt, finishedAt, result }: JobRun, httpStatus: number): Response {
  const url = `/engagement/recalculate/${run}`;
  const body = {
    run,
    status,
    status_url: url,
    started_at: new Date(startedAt).toISOString(),
    finished_at: finishedAt === null ? null : new Date(finishedAt).toISOString(),
    result: result as z.input<typeof recalculationSchema>['result'],
  } satisfies z.input<typeof recalculationSchema>;
  const waiting: Record<string, string> = status === 'running' ? { 'retry-after': '1' } : {};
  return Response.json(body, { status: httpStatus, headers: { ...PRIVATE, location: url, ...waiting } });
}

export const ENGAGEMENT_SCHEMAS: readonly z.ZodType[] = [
  engagementScoreSchema,
  engagementListSchema,
  recalculationSchema,
];

export const ENGAGEMENT_OPERATIONS = {
  'GET /engagement': {
    slash: true,
    id: 'getEngagement',
    summary:
      'How engaged people are: engagement of the last 90 days, halved every 6.93 days, with its parts by kind of activity and its trend.',
    query: engagementQuerySchema,
    answers: { 200: { description: 'A page; Link names the next one.', schema: ref('EngagementScores') } },
    errors: ['REQUEST_MALFORMED', 'CURSOR_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'LOG_UNAVAILABLE'],
  },
  'POST /engagement/recalculate': {
    slash: true,
    id: 'recalculateEngagement',
    summary:
      "Begins to add everybody's engagement up anew from the whole log, beside what is read meanwhile. Where that is being done already, answers with the run that does it.",
    answers: { 202: { description: 'It has begun; Location says where to ask for it.', schema: ref('Recalculation') } },
    errors: ['FORBIDDEN', 'LOG_UNAVAILABLE'],
  },
  'GET /engagement/recalculate/:run': {
    slash: true,
    id: 'getRecalculation',
    summary: 'How far a recalculation is. Runs are known for 90 days.',
    path: runPathSchema,
    answers: { 200: { description: 'Running, succeeded or failed.', schema: ref('Recalculation') } },
    errors: ['FORBIDDEN', 'NOT_FOUND', 'LOG_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;
