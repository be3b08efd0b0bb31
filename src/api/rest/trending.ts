import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { readQuery, wholeNumber } from './query.ts';

export const MAX_TRENDS = 100;
export const DEFAULT_TRENDS = 20;

const trendingQuerySchema = z.strictObject({ limit: wholeNumber(1, MAX_TRENDS).default(DEFAULT_TRENDS) });

export const trendingTagsSchema = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          tag: z.string(),
          people: z
            .int()
            .min(1)
            .describe('Distinct people within a day, or among the newest 50,000 engagements where a day has more.'),
          observed: z.number().describe('The same people, each faded by a half-life of four hours.'),
          expected: z.number().describe('How many they would usually be.'),
          burst: z.number().describe('(observed − expected)² / expected.'),
        }),
      )
      .describe('Strongest first.'),
  })
  .meta({ id: 'TrendingTags' });

export const TRENDING_SCHEMAS = [trendingTagsSchema];

export const TRENDING_OPERATIONS = {
  'GET /trending/tags': {
    slash: true,
    id: 'getTrendingTags',
    summary: 'The tags that clearly more people than usual turn to now, but for those that the caller muted.',
    query: trendingQuerySchema,
    answers: { 200: { description: 'The tags.', schema: ref('TrendingTags') } },
    errors: ['REQUEST_MALFORMED', 'LOG_UNAVAILABLE', 'GRAPH_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;

/** `GET /trending/tags/`: what more people than usual turn to. */
export async function getTrendingTags(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const { limit } = readQuery(request, trendingQuerySchema);
  const items = await ports.trendingTags(caller.id, limit);
  return Response.json({ items }, { headers: { 'cache-control': 'private, max-age=10' } });
}
