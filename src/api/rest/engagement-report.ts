import { z } from 'zod';
import { DAY_MS } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { readQuery, timeParameter, wholeNumber } from './query.ts';

export const MAX_REPORT_ROWS = 1_000;
export const DEFAULT_REPORT_ROWS = 50;
const MAX_REPORT_DAYS = 31;
const DEFAULT_REPORT_DAYS = 7;

const reportQuerySchema = z.strictObject({
  since: timeParameter
    .optional()
    .describe(`Received at this time or later: at most ${MAX_REPORT_DAYS} days ago. Default: ${DEFAULT_REPORT_DAYS}.`),
  limit: wholeNumber(1, MAX_REPORT_ROWS).default(DEFAULT_REPORT_ROWS),
});

export const engagementReportSchema = z
  .strictObject({
    since: z.iso.datetime(),
    items: z
      .array(
        z.strictObject({
          content: z.string().describe('As type:id.'),
          title: z.string().nullable(),
          interaction_count: z.int().min(1),
          avg_time_spent: z.number().nullable().describe('Seconds; of the interactions that say so.'),
          avg_scroll_depth: z.number().nullable().describe('Percent; of the interactions that say so.'),
          engagement_score: z
            .int()
            .describe('Sum of points: view 1, like 3, comment 5, share 7, save 6, anything else 1.'),
        }),
      )
      .describe('Best first.'),
  })
  .meta({ id: 'EngagementReport' });

export const REPORT_SCHEMAS = [engagementReportSchema];

export const REPORT_OPERATIONS = {
  'GET /stats/content': {
    slash: true,
    id: 'getEngagementReport',
    summary: 'Engagement quality of content: interactions, time spent, scroll depth and a score.',
    query: reportQuerySchema,
    answers: { 200: { description: 'The report.', schema: ref('EngagementReport') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'LOG_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;

/**
 * Since when the report is asked for, in milliseconds, for both doors.
 *
 * @throws AppError `REQUEST_MALFORMED` for a time to come and for one too long ago
 */
export function reportSince(given: number | undefined, now: number): number {
  const since = given ?? now - DEFAULT_REPORT_DAYS * DAY_MS;
  if (since > now || now - since > MAX_REPORT_DAYS * DAY_MS) {
    throw new AppError('REQUEST_MALFORMED', `since: must be before now, by at most ${MAX_REPORT_DAYS} days`);
  }
  return since;
}

/** `GET /stats/content/`: the engagement quality of content. */
export async function getEngagementReport(request: Request, ports: ApiPorts): Promise<Response> {
  const query = readQuery(request, reportQuerySchema);
  const since = reportSince(query.since === undefined ? undefined : Date.parse(query.since), ports.clock.now());
  const items = await ports.engagementReport(since, query.limit);
  return Response.json(
    {
      since: new Date(since).toISOString(),
      items: items.map(({ content, title, interactions, averageSeconds, averageScrollPercentage, score }) => ({
        content,
        title,
        interaction_count: interactions,
        avg_time_spent: averageSeconds,
        avg_scroll_depth: averageScrollPercentage,
        engagement_score: score,
      })),
    },
    { headers: { 'cache-control': 'private, no-store' } },
  );
}
