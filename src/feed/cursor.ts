import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse as uuidBytes, stringify as uuidText } from 'uuid';
import { AppError } from '../core/errors.ts';

/** Where a reader stands in a snapshot: the rank of the last item they were given. */
export interface FeedPlace {
  readonly snapshot: string;
  readonly rank: number;
}

/** Whose cursor of what: nobody else can use it. By what algorithm the feed was ranked its snapshot knows. */
export interface CursorOwner {
  readonly viewer: string | null;
  /** What the feed is about, see `scopeOf`. */
  readonly scope: string;
}

const VERSION = 1;
const BODY_BYTES = 1 + 16 + 4;
const SIGNATURE_BYTES = 32;

/** Version, snapshot id and rank, signed with HMAC-SHA256 together with its owner; base64url. */
export function writeCursor(place: FeedPlace, owner: CursorOwner, secret: string): string {
  const body = Buffer.alloc(BODY_BYTES);
  body.writeUInt8(VERSION, 0);
  body.set(uuidBytes(place.snapshot), 1);
  body.writeUInt32BE(place.rank, 17);
  return Buffer.concat([body, sign(body, owner, secret)]).toString('base64url');
}

/** @throws AppError `CURSOR_MALFORMED` when it was altered, or made for another person, scope or server. */
export function readCursor(cursor: string, owner: CursorOwner, secret: string): FeedPlace {
  const bytes = Buffer.from(cursor, 'base64url');
  // Decoding is lenient: only the one spelling that was given out is the cursor.
  const whole = bytes.length === BODY_BYTES + SIGNATURE_BYTES && bytes.toString('base64url') === cursor;
  const body = bytes.subarray(0, BODY_BYTES);
  if (!whole || !timingSafeEqual(bytes.subarray(BODY_BYTES), sign(body, owner, secret)) || body[0] !== VERSION) {
    throw new AppError('CURSOR_MALFORMED', 'This cursor is not one that was given out for this feed');
  }
  return { snapshot: uuidText(body.subarray(1, 17)), rank: body.readUInt32BE(17) };
}

function sign(body: Buffer, owner: CursorOwner, secret: string): Buffer {
  return createHmac('sha256', secret)
    .update('feed-cursor')
    .update(JSON.stringify([owner.viewer, owner.scope]))
    .update(body)
    .digest();
}
