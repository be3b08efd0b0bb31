import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import { DAY_MS } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { DailyActivities } from '../../signals/aggregation/read.ts';
import { personAskedFor } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { idParameter, readQuery } from './query.ts';

const MAX_DAYS = 366;
const DEFAULT_DAYS = 30;

/** A calendar day since 1970, as in 2026-11-01. */
export const dateParameter = z.iso
  .date('must be a day as in 2026-11-01')
  .refine((date) => Date.parse(date) >= 0, 'must not be before 1970')
  .meta({ examples: ['2026-11-01'] });

const dailyQuerySchema = z.strictObject({
  user_id: idParameter
    .optional()
    .describe("Whose days. Default: the token's subject's. Others only for service, analyst and admin."),
  from: dateParameter.optional().describe(`The first day. Default: ${DEFAULT_DAYS} days before the last one.`),
  to: dateParameter.optional().describe('The last day. Default: today, wherever that is.'),
});

export const dailySchema = z
  .strictObject({
    position: z.int().min(0).describe('The log is in the days up to here.'),
    time_zone: z.string().describe("The person's; days are those of its calendar."),
    items: z
      .array(
        z.strictObject({
          date: z.iso.date(),
          activity_counts: z.record(z.string(), z.int().min(1)).describe('How many activities by type.'),
          engagement_score: z.number().describe("Engagement of the day's activities, less what was taken back since."),
        }),
      )
      .describe('Oldest first; days on which nothing was done are left out.'),
  })
  .meta({ id: 'DailyActivity' });

/** `GET /stats/daily/`: what a person did, day by day. */
export async function getDaily(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const { user_id, from, to } = readQuery(request, dailyQuerySchema);
  const days = await readDaily({ userId: user_id, from, to }, caller, ports);
  return Response.json(dailyJson(days), { headers: { 'cache-control': 'private, no-store' } });
}

/** The days for either door. @throws AppError `FORBIDDEN`, `REQUEST_MALFORMED` for too many days, `LOG_UNAVAILABLE` */
export async function readDaily(
  asked: { readonly userId: string | undefined; readonly from: string | undefined; readonly to: string | undefined },
  caller: Caller,
  ports: ApiPorts,
): Promise<DailyActivities> {
  const person = await personAskedFor(caller, asked.userId, ports);
  // Where it is tomorrow already, that day has begun.
  const to = asked.to === undefined ? Math.floor(ports.clock.now() / DAY_MS) + 1 : dayOf(asked.to);
  const from = asked.from === undefined ? Math.max(0, to - DEFAULT_DAYS) : dayOf(asked.from);
  if (from > to || to - from >= MAX_DAYS) {
    throw new AppError('REQUEST_MALFORMED', `from: must not be after to, and at most ${MAX_DAYS} days before its end`);
  }
  return await ports.dailyActivities({ person, from, to });
}

function dayOf(date: string): number {
  return Date.parse(date) / DAY_MS;
}

function dailyJson({ position, timeZone, items }: DailyActivities): z.input<typeof dailySchema> {
  return {
    position,
    time_zone: timeZone,
    items: items.map(({ date, counts, engagementScore }) => ({
      date,
      activity_counts: Object.fromEntries(counts.map(({ activityType, count }) => [activityType, count])),
      engagement_score: engagementScore,
    })),
  };
}

export const DAILY_SCHEMAS: readonly z.ZodType[] = [dailySchema];

export const DAILY_OPERATIONS = {
  'GET /stats/daily': {
    slash: true,
    id: 'getDailyActivity',
    summary: 'What a person did day by day: how many activities of each type, and what engagement they showed.',
    query: dailyQuerySchema,
    answers: { 200: { description: 'The days.', schema: ref('DailyActivity') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'LOG_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;
