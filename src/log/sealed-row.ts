import { createHmac, randomBytes } from 'node:crypto';
import type { AuditRow } from './audit-columns.ts';
import { auditText, chainAfter, commitTo, foldText } from './commitment.ts';
import type { FoldPart } from './fold-part.ts';

const SALT_BYTES = 16;

/** A row as it goes into the log: its place, what it says, and the commitments to that. */
export interface SealedRow {
  readonly position: number;
  readonly recordedAt: number;
  readonly fold: FoldPart;
  readonly audit: readonly AuditRow[];
  /** HMAC of what the caller sent, in hex. */
  readonly sentDigest: string;
  readonly foldSalt: Buffer;
  readonly auditSalt: Buffer;
  readonly foldCommitment: Buffer;
  readonly auditCommitment: Buffer;
  readonly chain: Buffer;
}

export interface UnsealedRow {
  readonly position: number;
  readonly fold: FoldPart;
  readonly audit: readonly AuditRow[];
  /** Canonical text of what the caller sent. */
  readonly sent: string;
}

/** The place of the newest row. */
export interface Head {
  readonly position: number;
  readonly recordedAt: number;
  readonly chain: Buffer;
}

/** Salts, commits to and chains rows that follow each other. */
export function sealRows(rows: readonly UnsealedRow[], previous: Buffer, recordedAt: number): SealedRow[] {
  const random = randomBytes(rows.length * 2 * SALT_BYTES);
  let chain = previous;
  return rows.map(({ position, fold, audit, sent }, index) => {
    const from = index * 2 * SALT_BYTES;
    const foldSalt = random.subarray(from, from + SALT_BYTES);
    const auditSalt = random.subarray(from + SALT_BYTES, from + 2 * SALT_BYTES);
    const sentDigest = digestOfSent(sent, foldSalt);
    const foldCommitment = commitTo(foldSalt, foldText(fold, sentDigest));
    const auditCommitment = commitTo(auditSalt, auditText(audit));
    chain = chainAfter(chain, { position, recordedAt, fold: foldCommitment, audit: auditCommitment });
    const commitments = { sentDigest, foldSalt, auditSalt, foldCommitment, auditCommitment, chain };
    return { position, recordedAt, fold, audit, ...commitments };
  });
}

/** HMAC-SHA256, keyed so that the stored digest does not give away what was sent once the key is erased. */
export function digestOfSent(sent: string, salt: Buffer): string {
  return createHmac('sha256', salt).update(sent).digest('hex');
}
