import { type Activity, MAX_ACTIVITY_BYTES, parseActivity, type Sender } from '../activity/activity.ts';
import { type Caller, mayActForOthers } from '../core/caller.ts';
import { AppError, isAppError } from '../core/errors.ts';
import { isDeeperThan } from '../core/nesting.ts';
import type { ActivityLog, AppendResult } from '../log/log.ts';

/** What the connection tells about where activities come from. */
export interface Transport {
  readonly ipAddress?: string | undefined;
  readonly userAgent?: string | undefined;
}

/**
 * What became of one activity. `id` is the caller's own id, or the one that it was given; null if it had no usable id.
 * A conflict does not tell the position of the activity that has the id.
 */
export type AcceptResult =
  | { readonly id: string; readonly status: 'accepted' | 'duplicate'; readonly position: number }
  | { readonly id: string; readonly status: 'conflict'; readonly error: AppError }
  | { readonly id: string | null; readonly status: 'invalid'; readonly error: AppError };

/** @param asSent - what each item is made of and compared by (law 2), for doors that translate; default: the item. */
export type Accept = (
  items: readonly unknown[],
  caller: Caller,
  transport: Transport,
  asSent?: readonly unknown[],
) => Promise<readonly AcceptResult[]>;

/** Deeper than any valid activity: metadata may have 16 levels. */
const MAX_DEPTH = 24;

/**
 * The way in for every door: checks each activity and appends the valid ones in one call. One result an item, in
 * order; a bad item does not harm the others. Answers after the log has committed.
 *
 * Fails as a whole only when the log does (`LOG_UNAVAILABLE`, `LOG_OVERLOADED`); then the same items may be sent again.
 */
export function createAccept(log: Pick<ActivityLog, 'append'>): Accept {
  return async (items, caller, transport, asSent = items) => {
    const checked = items.map((item, index) => check(item, caller, asSent[index]));
    const valid = checked.filter((entry): entry is Activity => !(entry instanceof AppError));
    const trusted = mayActForOthers(caller);
    const appended =
      valid.length === 0 ? [] : await log.append(valid.map((activity) => ({ activity, trusted, ...known(transport) })));
    let next = 0;
    return checked.map((entry, index) => {
      if (entry instanceof AppError) {
        return { id: givenId(items[index]), status: 'invalid', error: entry };
      }
      const result = appended[next++];
      if (result === undefined) {
        throw new Error(`The log answered ${appended.length} of ${valid.length} activities`);
      }
      return accepted(entry, result);
    });
  };
}

/** Whose ids the ids of a caller are, and what they may state. */
export function senderOf(caller: Caller): Sender {
  return {
    subject: subjectOf(caller),
    // Without the role: the same request sent again with another token of the same subject is the same request.
    source: `subject:${subjectOf(caller)}`,
    trusted: mayActForOthers(caller),
  };
}

/** What makes a repetition known stays as it is when the subject becomes one person with another id. */
function subjectOf({ id, subject = id }: Caller): string {
  return subject;
}

function check(item: unknown, caller: Caller, asSent: unknown): Activity | AppError {
  try {
    checkSize(item);
    const activity = parseActivity(item, senderOf(caller), asSent);
    if (![caller.id, caller.subject].includes(activity.actor) && !mayActForOthers(caller)) {
      return new AppError(
        'FORBIDDEN',
        `user_id: a token of role ${caller.role} sends activities of its own subject only`,
      );
    }
    return activity;
  } catch (error) {
    if (isAppError(error)) {
      return error;
    }
    throw error;
  }
}

/** Bounds depth before size, since the size is that of the text. */
function checkSize(item: unknown): void {
  if (isDeeperThan(item, MAX_DEPTH)) {
    throw new AppError('ACTIVITY_INVALID', `activity: is nested more than ${MAX_DEPTH} levels deep`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(item) ?? '');
  if (bytes > MAX_ACTIVITY_BYTES) {
    throw new AppError('PAYLOAD_TOO_LARGE', `activity: has ${bytes} bytes, at most ${MAX_ACTIVITY_BYTES} are allowed`);
  }
}

function accepted(activity: Activity, result: AppendResult): AcceptResult {
  const id = activity.givenId;
  switch (result.status) {
    case 'invalid':
      return { id, status: 'invalid', error: result.error };
    case 'conflict':
      return {
        id,
        status: 'conflict',
        error: new AppError('ACTIVITY_CONFLICT', `id: ${id} was already used for an activity with other content`),
      };
    default:
      return { id, status: result.status, position: result.position };
  }
}

/** The id as it was sent, for a caller to find the faulty item by; only if it could be an id at all. */
function givenId(item: unknown): string | null {
  const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : null;
  return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 200).toWellFormed() : null;
}

function known(transport: Transport): { ipAddress?: string; userAgent?: string } {
  return {
    ...(transport.ipAddress === undefined ? {} : { ipAddress: transport.ipAddress }),
    ...(transport.userAgent === undefined ? {} : { userAgent: transport.userAgent }),
  };
}
