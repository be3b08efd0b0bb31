import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import { HOUR_MS } from '../../core/clock.ts';
import type { ApiPorts } from '../ports.ts';
import { activityFilters, filterOf } from './activities.ts';
import { storedActivitySchema } from './answers.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { readQuery, wholeNumber } from './query.ts';

const MAX_HOURS = 168;

const recentQuerySchema = z.strictObject({
  ...activityFilters,
  hours: wholeNumber(1, MAX_HOURS).default(24).describe('How long ago it may have happened.'),
  limit: wholeNumber(1, 100).default(20),
});

export const recentListSchema = z
  .strictObject({
    since: z.iso.datetime(),
    items: z.array(storedActivitySchema).describe('What happened last comes first.'),
  })
  .meta({ id: 'RecentActivities' });

/** `GET /activities/recent/`: what happened in the last hours, the latest first. */
export async function getRecentActivities(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const { hours, limit, ...filters } = readQuery(request, recentQuerySchema);
  const since = ports.clock.now() - hours * HOUR_MS;
  const items = await ports.recentActivities({ ...(await filterOf(filters, caller, ports)), since, limit });
  return Response.json({ since: new Date(since).toISOString(), items });
}

export const RECENT_SCHEMAS: readonly z.ZodType[] = [recentListSchema];

export const RECENT_OPERATIONS = {
  'GET /activities/recent': {
    slash: true,
    id: 'getRecentActivities',
    summary:
      'What happened in the last hours, by the time at which it happened, the latest first; whatever arrived meanwhile of older times is not in it. Looks through the newest 10,000 activities of those asked for.',
    query: recentQuerySchema,
    answers: { 200: { description: 'The activities.', schema: ref('RecentActivities') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'LOG_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;
