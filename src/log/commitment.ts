import { hash } from 'node:crypto';
import { canonicalJson } from '../activity/activity.ts';
import type { AuditRow } from './audit-columns.ts';
import type { FoldPart } from './fold-part.ts';

/** What stands before the first row. */
export const CHAIN_START: Buffer = Buffer.alloc(32);

/** The canonical text of a fold part with the digest of what the caller sent: equal values give equal text. */
export function foldText(part: FoldPart, sentDigest: string): string {
  return JSON.stringify([
    part.uid,
    part.kind,
    part.actorId,
    part.object,
    part.targetId,
    part.communityId,
    part.effectiveAt,
    part.fromFuture,
    part.durationSeconds,
    part.scrollDepthPercentage,
    part.positionSeconds,
    part.authorId,
    part.tags,
    part.counts,
    part.takesBack === null ? null : canonicalJson(part.takesBack),
    part.changes === null ? null : canonicalJson(part.changes),
    part.structure === null ? null : canonicalJson(part.structure),
    sentDigest,
  ]);
}

/** The canonical text of the audit rows of one activity. */
export function auditText(rows: readonly AuditRow[]): string {
  return JSON.stringify(rows.map(({ table, values }) => [table, ...values]));
}

/** A salted commitment: `SHA-256(salt ‖ text)`. It hides the text even where few texts are possible. */
export function commitTo(salt: Buffer, text: string): Buffer {
  return hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'buffer');
}

/** `SHA-256(previous ‖ position ‖ recorded_at ‖ c_fold ‖ c_audit)`; numbers as 64 bits, big-endian, milliseconds. */
export function chainAfter(
  previous: Buffer,
  row: { readonly position: number; readonly recordedAt: number; readonly fold: Buffer; readonly audit: Buffer },
): Buffer {
  const bytes = Buffer.allocUnsafe(112);
  previous.copy(bytes, 0);
  bytes.writeBigUInt64BE(BigInt(row.position), 32);
  bytes.writeBigInt64BE(BigInt(row.recordedAt), 40);
  row.fold.copy(bytes, 48);
  row.audit.copy(bytes, 80);
  return hash('sha256', bytes, 'buffer');
}
