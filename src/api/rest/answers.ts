import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../core/errors.ts';

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
        position: z.int().min(1).optional().describe('Of a conflict: the position of the activity that has the id.'),
        error: itemErrorSchema.optional(),
      }),
    ),
    position: z.int().nullable().describe('The newest position of the batch; null when nothing of it is in the log.'),
  })
  .meta({ id: 'Batch' });

export const activityListSchema = z
  .strictObject({
    items: z.array(z.looseObject({ position: z.int().min(1) })).describe('Newest first.'),
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
