import { z } from 'zod';
import { MAX_BATCH } from '../../activity/activity.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { type Operation, ref } from '../rest/openapi-operation.ts';
import { MESSAGE_TYPES, type MessageType, segmentMessageSchema } from './message.ts';
import { segmentAnswerSchema } from './post-messages.ts';

const ERRORS: readonly ErrorCode[] = [
  'REQUEST_MALFORMED',
  'PAYLOAD_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'LOG_UNAVAILABLE',
  'LOG_OVERLOADED',
];

const SUMMARIES: Readonly<Record<MessageType, string>> = {
  track: 'Somebody did something; the name of the event says what.',
  identify: 'Who somebody is: traits of a person.',
  page: 'Somebody opened a page.',
  screen: 'Somebody opened a screen of an app.',
  group: 'Somebody belongs to a community; traits of it.',
  alias: 'Two ids are one person from now on.',
};

type MessageOperations = Readonly<Record<`POST /v1/${MessageType}`, Operation>>;

const single = Object.fromEntries(
  MESSAGE_TYPES.map((type): [string, Operation] => [
    `POST /v1/${type}`,
    {
      id: `segment${type[0]?.toUpperCase()}${type.slice(1)}`,
      summary: `${SUMMARIES[type]} As Segment-compatible SDKs send it.`,
      writeKey: true,
      body: ref('SegmentCall'),
      answers: { 200: { description: 'It is in the log.', schema: ref('SegmentAnswer') } },
      errors: [...ERRORS, 'FORBIDDEN', 'ACTIVITY_CONFLICT', 'ACTIVITY_ERASED', 'ACTIVITY_INVALID'],
    },
  ]),
) as MessageOperations;

export const SEGMENT_OPERATIONS = {
  ...single,
  'POST /v1/batch': {
    id: 'segmentBatch',
    summary: `Takes up to ${MAX_BATCH} messages and 500 kB, plain or by gzip. As Segment-compatible SDKs send it.`,
    writeKey: true,
    body: {
      type: 'object',
      required: ['batch'],
      properties: {
        batch: { type: 'array', maxItems: MAX_BATCH, items: ref('SegmentMessage') },
        sentAt: { type: 'string', format: 'date-time' },
      },
    },
    answers: { 200: { description: 'What could be taken is in the log.', schema: ref('SegmentAnswer') } },
    errors: ERRORS,
  },
} as const satisfies MessageOperations & Record<'POST /v1/batch', Operation>;

/** The path of a single message says its type. */
const segmentCallSchema = z.looseObject(segmentMessageSchema.omit({ type: true }).shape).meta({ id: 'SegmentCall' });

export const SEGMENT_SCHEMAS = [segmentMessageSchema, segmentCallSchema, segmentAnswerSchema] as const;

const CALL = { messageId: 'm-1', userId: 'ann', event: 'Post Liked', properties: { post_id: 'opening' } };

export const SEGMENT_EXAMPLES = { SegmentCall: CALL, SegmentMessage: { type: 'track', ...CALL } };
