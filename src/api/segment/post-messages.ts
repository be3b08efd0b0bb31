import { z } from 'zod';
import { MAX_ACTIVITY_BYTES, MAX_BATCH } from '../../activity/activity.ts';
import type { Caller } from '../../core/caller.ts';
import { AppError, isAppError } from '../../core/errors.ts';
import { type AcceptResult, senderOf, type Transport } from '../../ingest/accept.ts';
import { readForeignJson } from '../body.ts';
import { type Failure, failureOf } from '../failure.ts';
import type { ApiPorts } from '../ports.ts';
import { problemOf } from '../problem.ts';
import type { EventRules } from './events.ts';
import { activitiesOf, type RawActivity } from './map-message.ts';
import { correctedTime, isObject, type MessageType, parseMessage, saidBy } from './message.ts';

/** Largest batch of messages, in bytes, as the Segment API has it. */
const MAX_BATCH_BYTES = 500 * 1_024;

/** Where messages come from and what is needed to understand them. */
export interface SegmentPorts extends Pick<ApiPorts, 'accept' | 'clock' | 'logger' | 'metrics'> {
  readonly eventRules: EventRules;
}

/** `POST /v1/{track,identify,page,screen,group,alias}`: one message. Answers after the log has committed. */
export async function postMessage(
  request: Request,
  type: MessageType,
  caller: Caller,
  transport: Transport,
  ports: SegmentPorts,
): Promise<Response> {
  const receivedAt = ports.clock.now();
  const body = await readForeignJson(request, MAX_ACTIVITY_BYTES);
  const [outcome] = await takeMessages([{ raw: body, type }], null, { caller, transport, receivedAt }, ports);
  if (outcome?.failure !== undefined) {
    return problemOf(outcome.failure, { messageId: outcome.messageId });
  }
  return Response.json({ success: true, position: outcome?.position ?? null, errors: [] });
}

/**
 * `POST /v1/batch`: up to 2,500 messages. A message that cannot be taken does not harm the others, and the answer is 200
 * all the same, since SDKs would send the whole batch again or drop it; `errors` says which and why.
 */
export async function postBatch(
  request: Request,
  caller: Caller,
  transport: Transport,
  ports: SegmentPorts,
): Promise<Response> {
  const receivedAt = ports.clock.now();
  const body = await readForeignJson(request, MAX_BATCH_BYTES);
  if (!isObject(body) || !Array.isArray(body['batch'])) {
    throw new AppError('REQUEST_MALFORMED', 'batch: must be an array of messages.');
  }
  const messages: readonly unknown[] = body['batch'];
  if (messages.length > MAX_BATCH) {
    throw new AppError('PAYLOAD_TOO_LARGE', `${messages.length} messages were sent, at most ${MAX_BATCH} are allowed.`);
  }
  const sentAt = typeof body['sentAt'] === 'string' ? Date.parse(body['sentAt']) : Number.NaN;
  const outcomes = await takeMessages(
    messages.map((raw) => ({ raw, type: undefined })),
    Number.isNaN(sentAt) ? null : sentAt,
    { caller, transport, receivedAt },
    ports,
  );
  const errors = outcomes.flatMap(({ messageId, failure }, index) =>
    failure === undefined ? [] : [{ index, messageId, ...shown(failure) }],
  );
  return Response.json({ success: errors.length === 0, position: newest(outcomes), errors });
}

interface Incoming {
  readonly raw: unknown;
  /** For single messages, whose path says it. */
  readonly type: MessageType | undefined;
}

interface Receipt {
  readonly caller: Caller;
  readonly transport: Transport;
  readonly receivedAt: number;
}

/** What became of a message: its newest position, or the first thing that was wrong. */
interface Outcome {
  readonly messageId: string | null;
  readonly position: number | null;
  readonly failure: Failure | undefined;
}

async function takeMessages(
  messages: readonly Incoming[],
  sentAt: number | null,
  { caller, transport, receivedAt }: Receipt,
  ports: SegmentPorts,
): Promise<readonly Outcome[]> {
  const translated = messages.map((message) => translate(message, sentAt, caller, receivedAt, ports.eventRules));
  const items = translated.flatMap((one) => (one instanceof AppError ? [] : one.activities));
  const asSent = translated.flatMap((one) => (one instanceof AppError ? [] : one.activities.map(() => one.said)));
  const started = performance.now();
  const results = await ports.accept(items, caller, transport, asSent);
  ports.metrics.observeAppend(items.length, (performance.now() - started) / 1_000);
  let next = 0;
  return translated.map((one, index) => {
    const messageId = messageIdOf(messages[index]?.raw);
    if (one instanceof AppError) {
      return { messageId, position: null, failure: failureOf(one, ports.logger) };
    }
    const own = results.slice(next, next + one.activities.length);
    next += own.length;
    return outcomeOf(messageId, own, ports);
  });
}

interface Translated {
  readonly activities: readonly RawActivity[];
  /** What makes two sendings of it the same (law 2). */
  readonly said: unknown;
}

function translate(
  { raw, type }: Incoming,
  sentAt: number | null,
  caller: Caller,
  receivedAt: number,
  rules: EventRules,
): Translated | AppError {
  try {
    const message = parseMessage(raw, type);
    const occurredAt = correctedTime(message, sentAt, receivedAt);
    const activities = activitiesOf(message, { rules, sender: senderOf(caller), occurredAt });
    return { activities, said: isObject(raw) ? saidBy(raw, message.type) : raw };
  } catch (error) {
    if (isAppError(error)) {
      return error;
    }
    throw error;
  }
}

function outcomeOf(messageId: string | null, results: readonly AcceptResult[], ports: SegmentPorts): Outcome {
  const wrong = results.find((result) => 'error' in result);
  return {
    messageId: messageId ?? results[0]?.id ?? null,
    position: newest(results.map((result) => ({ position: 'position' in result ? result.position : null }))),
    failure: wrong !== undefined && 'error' in wrong ? failureOf(wrong.error, ports.logger) : undefined,
  };
}

function newest(outcomes: readonly { readonly position: number | null }[]): number | null {
  const positions = outcomes.map(({ position }) => position).filter((position) => position !== null);
  return positions.reduce<number | null>((last, position) => Math.max(last ?? 0, position), null);
}

function shown({ code, detail, remedy }: Failure): Pick<Failure, 'code' | 'detail' | 'remedy'> {
  return { code, detail, remedy };
}

function messageIdOf(raw: unknown): string | null {
  const id = isObject(raw) ? raw['messageId'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 200).toWellFormed() : null;
}

/** What every call of this door answers. */
export const segmentAnswerSchema = z
  .strictObject({
    success: z.boolean().describe('False when a message of a batch could not be taken.'),
    position: z.int().min(1).nullable().describe('The newest position of what was sent; may be waited for.'),
    errors: z.array(
      z.strictObject({
        index: z.int().min(0).describe('Which message of the batch.'),
        messageId: z.string().nullable(),
        code: z.string(),
        detail: z.string(),
        remedy: z.string(),
      }),
    ),
  })
  .meta({ id: 'SegmentAnswer' });
