import { createHmac, randomBytes } from 'node:crypto';
import type { AuditRow } from './audit-columns.ts';
import { auditText, chainAfter, commitTo, foldText } from './commitment.ts';
import type { FoldPart } from './fold-part.ts';

const SALT_BYTES = 16;

/** What was received with an activity, committed to. */
export interface SealedAudit {
  readonly rows: readonly AuditRow[];
  readonly salt: Buffer;
  readonly commitment: Buffer;
}

export interface UnsealedRow {
  readonly position: number;
  readonly fold: FoldPart;
  readonly audit: SealedAudit;
  /** Canonical text of what the caller sent. */
  readonly sent: string;
}

/** A row as it goes into the log: its place, what it says, and the commitments to that. */
export interface SealedRow {
  readonly position: number;
  readonly recordedAt: number;
  readonly fold: FoldPart;
  readonly audit: SealedAudit;
  /** HMAC of what the caller sent, in hex. */
  readonly sentDigest: string;
  readonly foldSalt: Buffer;
  readonly foldCommitment: Buffer;
  readonly chain: Buffer;
}

/** The place of the newest row. */
export interface Head {
  readonly position: number;
  readonly recordedAt: number;
  readonly chain: Buffer;
}

/** Salts and commits to the audit rows of some activities. */
export function sealAudit(audits: readonly (readonly AuditRow[])[]): SealedAudit[] {
  const salts = drawSalts(audits.length);
  return audits.map((rows, index) => {
    const salt = salts(index);
    return { rows, salt, commitment: commitTo(salt, auditText(rows)) };
  });
}

/** Salts, commits to and chains rows that follow each other. */
export function sealRows(rows: readonly UnsealedRow[], previous: Buffer, recordedAt: number): SealedRow[] {
  const salts = drawSalts(rows.length);
  let chain = previous;
  return rows.map(({ position, fold, audit, sent }, index) => {
    const foldSalt = salts(index);
    const sentDigest = digestOfSent(sent, foldSalt);
    const foldCommitment = commitTo(foldSalt, foldText(fold, sentDigest));
    chain = chainAfter(chain, { position, recordedAt, fold: foldCommitment, audit: audit.commitment });
    return { position, recordedAt, fold, audit, sentDigest, foldSalt, foldCommitment, chain };
  });
}

/** Randomness for many salts at once: asking for each alone takes longer than hashing. */
function drawSalts(count: number): (index: number) => Buffer {
  const random = randomBytes(count * SALT_BYTES);
  return (index) => random.subarray(index * SALT_BYTES, (index + 1) * SALT_BYTES);
}

/** HMAC-SHA256, keyed so that the stored digest does not give away what was sent once the key is erased. */
export function digestOfSent(sent: string, salt: Buffer): string {
  return createHmac('sha256', salt).update(sent).digest('hex');
}
