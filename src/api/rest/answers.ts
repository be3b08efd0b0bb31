import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../core/errors.ts';
import type { StoredActivity } from '../../log/read/activities.ts';

/** The forms of all answers, for the OpenAPI document and for the tests that hold the answers to them. */

const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.enum(ERROR_CODES).describe('A word that keeps its meaning; docs/errors.md lists them.'),
    detail: z.string().describe('What was wrong in this case.'),
    remedy: z.string().describe('What to do about it.'),
    instance: z.string().optional().describe('For failures of the service: the id under which the cause was logged.'),
  })
  .describe('An error (RFC 9457, application/problem+json).')
  .meta({ id: 'Problem' });

export const graphqlErrorsSchema = z
  .looseObject({
    errors: z
      .array(
        z.looseObject({
          message: z.string(),
          extensions: z.looseObject({
            code: z.enum(ERROR_CODES),
            remedy: z.string(),
            id: z.string().optional().describe('For failures of the service: the id under which the cause was logged.'),
          }),
        }),
      )
      .min(1),
  })
  .describe('Errors as GraphQL answers them; data may come beside them.')
  .meta({ id: 'GraphqlErrors' });

export const acceptedSchema = z
  .strictObject({
    id: z.string().describe('The id that was sent, or the one that was given.'),
    position: z.int().min(1).describe('Position in the log; may be given to GET /feed/ as after_position.'),
    status: z.enum(['accepted', 'duplicate']),
  })
  .meta({ id: 'Accepted' });

export const itemErrorSchema = z
  .strictObject({ code: z.enum(ERROR_CODES), detail: z.string(), remedy: z.string() })
  .meta({ id: 'ItemError' });

export const batchSchema = z
  .strictObject({
    results: z.array(
      z.strictObject({
        id: z.string().nullable(),
        status: z.enum(['accepted', 'duplicate', 'conflict', 'invalid']),
        position: z.int().min(1).optional().describe('Of what is in the log: accepted and duplicate.'),
        error: itemErrorSchema.optional(),
      }),
    ),
    position: z.int().nullable().describe('The newest position of the batch; null when nothing of it is in the log.'),
  })
  .meta({ id: 'Batch' });

const time = z.iso.datetime();

export const storedActivitySchema = z
  .strictObject({
    position: z.int().min(1),
    id: z.string().describe('The uid in the log; retract takes it as activity_id.'),
    user_id: z.string().nullable(),
    activity_type: z.string().describe('A kind of activity.'),
    content: z.string().nullable().describe('As type:id.'),
    target_user_id: z.string().nullable(),
    community_id: z.string().nullable(),
    occurred_at: time.describe('When the caller says it happened.'),
    effective_at: time.describe('When it counts as having happened: never later than it was received.'),
    recorded_at: time.describe('When it was received.'),
    from_future: z.boolean(),
    duration_seconds: z.number().nullable(),
    scroll_depth_percentage: z.number().nullable(),
    position_seconds: z.number().nullable(),
    success: z.boolean(),
    description: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    ip_address: z.string().nullable().describe('Shortened, unless ANONYMIZE_IP is false.'),
    user_agent: z.string().nullable(),
  })
  .meta({ id: 'StoredActivity' }) satisfies z.ZodType<StoredActivity>;

export const activityListSchema = z
  .strictObject({
    items: z.array(storedActivitySchema).describe('Newest first.'),
    next: z.string().nullable(),
  })
  .meta({ id: 'ActivityList' });

export const feedItemSchema = z
  .strictObject({
    content: z.string().describe('As type:id.'),
    title: z.string().nullable(),
    rank: z.int(),
    score: z.number().describe('The sum of parts, added in their order.'),
    parts: z.record(z.string(), z.number()),
    moved_by: z.array(z.string()).describe('Rules of the slate that moved this item.'),
    sources: z.array(z.string()),
    reasons: z.array(z.string()),
    proof: z.strictObject({
      people: z.array(z.strictObject({ id: z.string(), name: z.string() })).max(10),
      others: z.int().min(0),
    }),
  })
  .meta({ id: 'FeedItem' });

export const feedSchema = z
  .strictObject({
    algorithm: z.string(),
    position: z.int().min(0).describe('Position of the log that the graph had.'),
    items: z.array(feedItemSchema),
    next: z.string().nullable(),
  })
  .meta({ id: 'Feed' });

const reachableSchema = z.enum(['up', 'down']);

export const readinessSchema = z
  .strictObject({
    status: z.enum(['ready', 'degraded', 'unavailable']),
    postgres: reachableSchema,
    neo4j: reachableSchema,
    projector: z.strictObject({
      position: z.int(),
      head: z.int(),
      lag: z.int().describe('How many positions the graph is behind the log.'),
      status: z.string(),
    }),
  })
  .meta({ id: 'Readiness' });
