import { z } from 'zod';
import { MAX_ACTIVITY_BYTES } from '../../activity/activity.ts';
import { AppError } from '../../core/errors.ts';
import { isDeeperThan } from '../../core/nesting.ts';

/** The calls of the Segment API that speak of one thing each. */
export const MESSAGE_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Longest `messageId`; what is made of it must still be an id. */
const MAX_MESSAGE_ID = 100;
/** Two less than what activities may have, which hold the properties one level further down. */
const MAX_DEPTH = 16;
const MAX_NAME = 1_000;

const id = z
  .union([z.string(), z.int()])
  .transform((value) => String(value).trim())
  .nullish();
const name = z.string().max(MAX_NAME).nullish();
const record = z.record(z.string(), z.unknown()).nullish();
/** SDKs write ISO 8601; what the Segment API reads beside it, `Date` reads too. */
const time = z
  .string()
  .transform((value) => Date.parse(value))
  .refine((value) => !Number.isNaN(value), 'must be a time, as in 2026-01-31T12:00:00Z')
  .nullish();

/** A message as Segment-compatible SDKs send it. Fields of their own are let by. */
export const segmentMessageSchema = z
  .looseObject({
    type: z.enum(MESSAGE_TYPES).describe('Which call; the path says it for single messages.'),
    messageId: z
      .union([z.string(), z.int()])
      .transform((value) => String(value).trim())
      .pipe(z.string().min(1).max(MAX_MESSAGE_ID))
      .nullish()
      .describe('Makes a repeated request harmless. Default: a new uuid.'),
    userId: id.describe('Who did it.'),
    anonymousId: id.describe('Who did it, as long as there is no userId.'),
    event: name.describe('For track: what was done, as in Post Liked.'),
    name: name.describe('For page and screen.'),
    category: name.describe('For page and screen.'),
    groupId: id.describe('For group: the community that the person belongs to.'),
    previousId: id.describe('For alias: the id that the person had before.'),
    properties: record,
    traits: record.describe('For identify the person, for group the community.'),
    context: record,
    timestamp: time.describe('When it happened, by the clock of the sender.'),
    originalTimestamp: time.describe('The same, as RudderStack names it.'),
    sentAt: time.describe('When it was sent, by the same clock.'),
  })
  .meta({ id: 'SegmentMessage' });

export type SegmentMessage = z.output<typeof segmentMessageSchema>;

/**
 * Checks the form of one message. A single one says its type by its path.
 *
 * @throws AppError `PAYLOAD_TOO_LARGE` above 32 kB, `ACTIVITY_INVALID` naming each field that is wrong.
 */
export function parseMessage(raw: unknown, type?: MessageType): SegmentMessage {
  if (isDeeperThan(raw, MAX_DEPTH)) {
    throw new AppError('ACTIVITY_INVALID', `message: is nested more than ${MAX_DEPTH} levels deep`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(raw) ?? '');
  if (bytes > MAX_ACTIVITY_BYTES) {
    throw new AppError('PAYLOAD_TOO_LARGE', `message: has ${bytes} bytes, at most ${MAX_ACTIVITY_BYTES} are allowed`);
  }
  const typed = type !== undefined && isObject(raw) ? { ...raw, type } : raw;
  const parsed = segmentMessageSchema.safeParse(typed);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`);
    throw new AppError('ACTIVITY_INVALID', faults.join('; ').slice(0, MAX_NAME).toWellFormed());
  }
  return parsed.data;
}

/**
 * What a message says, without what its sending adds: two sendings of a message are the same if this is equal. SDKs set
 * `sentAt` anew whenever they try again.
 */
export function saidBy(raw: Readonly<Record<string, unknown>>, type: MessageType): Record<string, unknown> {
  const said = SAID.filter((field) => Object.hasOwn(raw, field)).map((field) => [field, raw[field]]);
  return { ...Object.fromEntries(said), type };
}

const SAID = [
  'userId',
  'anonymousId',
  'event',
  'name',
  'category',
  'groupId',
  'previousId',
  'properties',
  'traits',
  'timestamp',
  'originalTimestamp',
] as const;

/** Furthest from the epoch that there are dates (ECMA-262), in milliseconds. */
const LATEST_MS = 8.64e15;

/**
 * When it happened by our clock: `receivedAt − (sentAt − timestamp)`, which takes out by how much the sender's clock is
 * wrong (Segment: "timestamps in Segment"). Without `sentAt` the time is taken as it was given.
 *
 * @returns milliseconds since the epoch; null when the message has no time.
 * @throws AppError `ACTIVITY_INVALID` when what comes out is no date.
 */
export function correctedTime(message: SegmentMessage, sentAt: number | null, receivedAt: number): number | null {
  const given = message.timestamp ?? message.originalTimestamp ?? null;
  const sent = message.sentAt ?? sentAt;
  const corrected = given === null || sent === null ? given : receivedAt - (sent - given);
  if (corrected !== null && Math.abs(corrected) > LATEST_MS) {
    throw new AppError('ACTIVITY_INVALID', 'timestamp: with sentAt it is no date');
  }
  return corrected;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
