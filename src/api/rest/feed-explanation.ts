import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import { EXPLANATION_STATUSES, type ItemExplanation } from '../../feed/explain/answer.ts';
import { personAskedFor } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { feedItemSchema } from './answers.ts';
import { MAX_FEED_PAGE } from './feed.ts';
import { FEED_ERRORS, type Operation, ref } from './openapi-operation.ts';
import { idParameter, readQuery, wholeNumber } from './query.ts';

const pathSchema = z.strictObject({
  content: z.string().describe('As type:id, percent-encoded: post%3Ac954.'),
});

const querySchema = z.strictObject({
  user_id: idParameter
    .optional()
    .describe("Whose feed. Default: the token's subject; somebody else only for service, analyst and admin."),
  algorithm: z.string().max(100).optional().describe('Default: that of the feed that was shown last.'),
  cursor: z
    .string()
    .max(2_000)
    .optional()
    .describe('Of a page whose feed is to be explained; default: the feed that was shown last.'),
  limit: wholeNumber(1, MAX_FEED_PAGE).default(20).describe('How many items the first page had: what is SHOWN.'),
});

/** `GET /feed/{content}/explanation`: why something is where it is in a person's feed, or why it is not there. */
export async function getFeedExplanation(
  request: Request,
  content: string,
  caller: Caller,
  ports: ApiPorts,
): Promise<Response> {
  const query = readQuery(request, querySchema);
  const explanation = await ports.explainItem({
    viewer: await personAskedFor(caller, query.user_id, ports),
    content,
    limit: query.limit,
    ...(query.algorithm === undefined ? {} : { algorithm: query.algorithm }),
    ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
  });
  return Response.json(explanation, { headers: { 'cache-control': 'private, no-store' } });
}

const time = z.iso.datetime();

const rankedExplanationSchema = feedItemSchema
  .extend({
    features: z.record(z.string(), z.number()).describe('The signals that the parts were made of.'),
    propensity: z.number().describe('With which probability it came to its place; below 1 where exploration draws.'),
    path: z
      .array(
        z.strictObject({
          edge: z.enum(['TIE', 'SIMILAR_TO', 'INTERESTED_IN', 'ENGAGED', 'MEMBER_OF']),
          through: z.string().describe('Content, or user:, tag: or community: and an id.'),
          name: z.string(),
          says: z.string(),
          value: z.number().nullable().describe('What the edge is worth where that is known.'),
        }),
      )
      .describe('Edges of the graph between the person and the item.'),
    because: z
      .array(
        z.strictObject({
          content: z.string(),
          title: z.string().nullable(),
          activities: z.array(z.strictObject({ activity_type: z.string(), at: time })),
          similarity: z.number().describe('What it adds to how similar the item is to what the person likes.'),
        }),
      )
      .describe("The person's own activities that counted most."),
    counterfactual: z
      .strictObject({
        without: z.strictObject({ content: z.string(), title: z.string().nullable(), activity_type: z.string() }),
        rank: z.int(),
        score: z.number(),
        candidates: z.int().describe('How many stored candidates were scored again.'),
        says: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'RankedExplanation' });

export const itemExplanationSchema = z
  .strictObject({
    content: z.string().describe('As type:id.'),
    title: z.string().nullable(),
    status: z
      .enum(EXPLANATION_STATUSES)
      .describe(
        'SHOWN: on the first page. FURTHER_DOWN: on a later one. RULED_OUT: a rule keeps it out. NOT_FOUND: no source proposed it, or there is nothing that the person may see.',
      ),
    summary: z.string().describe('In one sentence.'),
    algorithm: z.string(),
    ranked_at: time.describe('When the feed that is explained was ranked.'),
    position: z.int().min(0).describe('Position of the log that the graph had.'),
    ranked: z.int().min(0).describe('How many items that feed has.'),
    settings: z
      .array(z.strictObject({ name: z.string(), value: z.number().nullable(), says: z.string() }))
      .describe('What the person set that acted on this feed.'),
    item: rankedExplanationSchema.nullable().describe('For what is in the feed.'),
    ruled_out: z
      .strictObject({
        rule: z.string(),
        says: z.string(),
        remedy: z.string().nullable().describe('What brings it back.'),
        undo: z.record(z.string(), z.string()).nullable().describe('An activity to post that takes the word back.'),
        still: z.boolean().describe('False: it held when the feed was ranked and does not any more.'),
      })
      .nullable()
      .describe('For what a rule keeps out.'),
    not_found: z
      .array(z.strictObject({ source: z.string(), says: z.string() }))
      .describe('For what no source proposed: each source that was asked.'),
    would_rank: z
      .strictObject({ rank: z.int(), score: z.number() })
      .nullable()
      .describe('For what no source proposed: where it would stand had one.'),
  })
  .meta({ id: 'ItemExplanation' }) satisfies z.ZodType<ItemExplanation>;

export const FEED_EXPLANATION_OPERATIONS = {
  'GET /feed/:content/explanation': {
    id: 'getFeedExplanation',
    summary: "Why something is where it is in a person's feed, or why it is not there.",
    path: pathSchema,
    query: querySchema,
    answers: { 200: { description: 'The explanation.', schema: ref('ItemExplanation') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', ...FEED_ERRORS],
  },
} as const satisfies Readonly<Record<string, Operation>>;

/** Schemas that the operations point to. */
export const FEED_EXPLANATION_SCHEMAS: readonly z.ZodType[] = [itemExplanationSchema, rankedExplanationSchema];
