import { randomBytes } from 'node:crypto';
import type { AuditTable } from '../../activity/kinds.ts';
import { auditRowText, auditText, commitTo, digestOfSent, plainText } from '../chain/commitment.ts';
import { type PlainPart, plainPart } from '../chain/fold-part.ts';
import { storedAddress } from './address.ts';
import { auditRows } from './audit.ts';
import type { Submission } from './submission.ts';

const SALT_BYTES = 16;
const SALTS_AT_ONCE = 256;

/** All of an activity's rows that depends on nothing but the activity and the time of its receipt. */
export interface Received {
  /** Milliseconds since the epoch. */
  readonly recordedAt: number;
  readonly plain: PlainPart;
  /** The text of `plain`. */
  readonly text: string;
  readonly foldSalt: string;
  readonly sentDigest: string;
  readonly audit: readonly { readonly table: AuditTable; readonly text: string }[];
  readonly auditSalt: string;
  readonly auditCommitment: string;
}

/** An activity that waits to be written. */
export interface Waiting {
  readonly submission: Submission;
  /** Made ahead, while Postgres is busy with others; made anew if its time turns out to be too early. */
  received: Received | undefined;
  /** Why it cannot be made ready or decided: a fault of ours, which must not take others with it. */
  fault?: unknown;
}

/** @param recordedAt - time of receipt in whole milliseconds since the epoch. */
export function receive(submission: Submission, recordedAt: number, anonymizeIp: boolean): Received {
  const { activity, ipAddress, userAgent } = submission;
  const plain = plainPart(activity, recordedAt);
  const receipt = { recordedAt, ipAddress: storedAddress(ipAddress, anonymizeIp), userAgent };
  const audit = auditRows(activity, receipt).map((row) => ({ table: row.table, text: auditRowText(row) }));
  const foldSalt = drawSalt();
  const auditSalt = drawSalt();
  return {
    recordedAt,
    plain,
    text: plainText(plain),
    foldSalt,
    sentDigest: digestOfSent(foldSalt, activity.sent),
    audit,
    auditSalt,
    auditCommitment: commitTo(auditSalt, auditText(audit)),
  };
}

let drawn = { digits: '', used: 0 };

/** Randomness is drawn for many salts at once: asking for each alone takes longer than hashing. */
function drawSalt(): string {
  if (drawn.used === drawn.digits.length) {
    drawn = { digits: randomBytes(SALT_BYTES * SALTS_AT_ONCE).toString('hex'), used: 0 };
  }
  const { digits, used } = drawn;
  drawn.used += 2 * SALT_BYTES;
  return digits.slice(used, drawn.used);
}
