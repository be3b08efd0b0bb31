import { z } from 'zod';
import { AUDIT_TABLES } from '../../activity/kinds.ts';
import { isTimeZone } from '../../activity/local-time.ts';
import type { Caller } from '../../core/caller.ts';
import { DAY_MS } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { ActivityStatistics, StatisticsQuery } from '../../log/read/statistics.ts';
import { peopleAskedFor } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { idParameter, readQuery, timeParameter, wholeNumber } from './query.ts';

const MAX_STATISTICS_DAYS = 366;
const DEFAULT_STATISTICS_DAYS = 30;
export const MAX_TOP = 100;

/** Names of the tz database. Offsets such as +01:00 are no time zones: their days do not follow the clocks of a place. */
export const timeZoneParameter = z
  .string()
  .max(64)
  .regex(/^[A-Za-z]/u, 'must be the name of a time zone, as in Europe/Berlin')
  .refine(isTimeZone, 'must be the name of a time zone, as in Europe/Berlin')
  .meta({ examples: ['Europe/Berlin'] });

const statsQuerySchema = z.strictObject({
  user_id: idParameter
    .optional()
    .describe(
      "Whose activities. Default: the token's subject; for service, analyst and admin everybody's. Others only for those three.",
    ),
  since: timeParameter
    .optional()
    .describe(`Received at this time or later. Default: ${DEFAULT_STATISTICS_DAYS} days ago.`),
  until: timeParameter.optional().describe('Received before this time. Default: now.'),
  time_zone: timeZoneParameter
    .optional()
    .describe(
      'The zone whose days are meant, as in Europe/Berlin. Default: that of the person whose activities are counted, else UTC.',
    ),
  top: wholeNumber(0, MAX_TOP).default(10).describe('How many contents are listed.'),
});

const count = z.int().min(0);

export const statsSchema = z
  .strictObject({
    since: z.iso.datetime(),
    until: z.iso.datetime(),
    time_zone: z.string(),
    total: count,
    by_type: z.array(z.strictObject({ activity_type: z.string(), count })).describe('Most frequent first.'),
    by_day: z
      .array(z.strictObject({ day: z.iso.date(), count }))
      .describe('Oldest first; days without activities are left out.'),
    by_table: z
      .array(z.strictObject({ table: z.enum(AUDIT_TABLES), count }))
      .describe('Rows of the audit tables; a profile visit has one in each of two.'),
    top_content: z
      .array(
        z.strictObject({
          content: z.string().describe('As type:id.'),
          count: count.describe('How often it was engaged with.'),
          score: count.describe('Points: view 1, like 3, comment 5, share 7, save 6, anything else 1.'),
        }),
      )
      .describe('Highest score first.'),
  })
  .meta({ id: 'Statistics' });

/** `GET /stats/`: what was received, counted. */
export async function getStats(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const { user_id, since, until, time_zone, top } = readQuery(request, statsQuerySchema);
  const asked = await statisticsQuery(
    { userId: user_id, since: timeOf(since), until: timeOf(until), timeZone: time_zone, top },
    caller,
    ports,
  );
  return Response.json(statsJson(asked, await ports.activityStatistics(asked)));
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

interface Asked {
  readonly userId: string | undefined;
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly timeZone: string | undefined;
  readonly top: number;
}

/** What both doors count. @throws AppError `FORBIDDEN`, `REQUEST_MALFORMED` for a time that is too long. */
export async function statisticsQuery(
  asked: Asked,
  caller: Caller,
  ports: ApiPorts,
): Promise<StatisticsQuery & { readonly timeZone: string }> {
  const userId = await peopleAskedFor(caller, asked.userId, ports);
  const until = asked.until ?? ports.clock.now();
  const since = asked.since ?? until - DEFAULT_STATISTICS_DAYS * DAY_MS;
  if (since > until || until - since > MAX_STATISTICS_DAYS * DAY_MS) {
    throw new AppError('REQUEST_MALFORMED', `since: must be before until, by at most ${MAX_STATISTICS_DAYS} days`);
  }
  const own = userId === undefined || asked.timeZone !== undefined ? null : await ports.timeZoneOf(userId);
  const timeZone = asked.timeZone ?? own ?? 'UTC';
  return { ...(userId === undefined ? {} : { userId }), since, until, timeZone, top: asked.top };
}

function statsJson(
  { since, until, timeZone }: StatisticsQuery & { readonly timeZone: string },
  statistics: ActivityStatistics,
): z.input<typeof statsSchema> {
  return {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    time_zone: timeZone,
    total: statistics.total,
    by_type: statistics.byType.map(({ activityType, count }) => ({ activity_type: activityType, count })),
    by_day: [...statistics.byDay],
    by_table: [...statistics.byTable],
    top_content: [...statistics.topContent],
  };
}

export const STATS_SCHEMAS: readonly z.ZodType[] = [statsSchema];

export const STATS_OPERATIONS = {
  'GET /stats': {
    slash: true,
    id: 'getStats',
    summary: 'Counts of what was received: by type, day, audit table, and the content that was engaged with most.',
    query: statsQuerySchema,
    answers: { 200: { description: 'The counts.', schema: ref('Statistics') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'LOG_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;
