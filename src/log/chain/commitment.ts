import { hash } from 'node:crypto';
import type { AuditColumn, AuditRow, AuditValue } from '../append/audit-columns.ts';
import { AUDIT_COLUMNS } from '../append/audit-columns.ts';
import {
  copyBoolean,
  copyFields,
  copyJson,
  copyNumber,
  copyText,
  copyTextArray,
  copyTime,
} from '../append/copy-text.ts';
import type { FoldPart, PlainPart } from './fold-part.ts';

/** What stands before the first row, in hex as all digests here. */
export const CHAIN_START = '0'.repeat(64);

/** The columns of a fold part in the order of its text. */
export const FOLD_TEXT_COLUMNS = [
  'uid',
  'kind',
  'actor_id',
  'object',
  'target_id',
  'community_id',
  'effective_at',
  'from_future',
  'duration_seconds',
  'scroll_depth_percentage',
  'position_seconds',
  'author_id',
  'tags',
  'counts',
  'takes_back',
  'changes',
  'structure',
] as const;

/** The text of a fold part, as COPY takes it and the first commitment covers it. */
export function foldText(part: FoldPart): string {
  return copyFields([plainText(part), decidedText(part)]);
}

/** The part of it that the activity says itself. */
export function plainText(part: PlainPart): string {
  return copyFields([
    part.uid,
    part.kind,
    copyText(part.actorId),
    copyText(part.object),
    copyText(part.targetId),
    copyText(part.communityId),
    copyTime(part.effectiveAt),
    copyBoolean(part.fromFuture),
    copyNumber(part.durationSeconds),
    copyNumber(part.scrollDepthPercentage),
    copyNumber(part.positionSeconds),
  ]);
}

/** The part of it that is decided under the lock. */
export function decidedText(part: Omit<FoldPart, keyof PlainPart>): string {
  return copyFields([
    copyText(part.authorId),
    copyTextArray(part.tags),
    copyBoolean(part.counts),
    copyJson(part.takesBack),
    copyJson(part.changes),
    copyJson(part.structure),
  ]);
}

/** The text of an audit row after its id, as COPY takes it. */
export function auditRowText({ table, values }: AuditRow): string {
  const columns = AUDIT_COLUMNS[table];
  const fields: string[] = [];
  for (let index = 0; index < values.length; index += 1) {
    fields.push(auditField(columns[index], values[index] ?? null));
  }
  return copyFields(fields);
}

function auditField(column: AuditColumn | undefined, value: AuditValue): string {
  if (typeof value === 'boolean') {
    return copyBoolean(value);
  }
  if (typeof value === 'number') {
    return column?.type === 'time' ? copyTime(value) : copyNumber(value);
  }
  return copyText(value);
}

/** The text of the audit rows of one activity, from the texts of each. */
export function auditText(rows: readonly { readonly table: string; readonly text: string }[]): string {
  return rows.map(({ table, text }) => `${table}\t${text}`).join('\n');
}

/**
 * A salted commitment: SHA-256 of the salt in hex, a line break and the text. It hides the text even where few texts
 * are possible.
 */
export function commitTo(salt: string, text: string): string {
  return hash('sha256', `${salt}\n${text}`, 'hex');
}

/** What the first commitment covers: a fold part and the digest of what the caller sent. */
export function commitToFold(salt: string, text: string, sentDigest: string): string {
  return commitTo(salt, `${text}\t${sentDigest}`);
}

/**
 * The digest of what the caller sent: a salted commitment too, so that it does not give away what was sent once the
 * salt is erased. It has the salt of the fold part; what was sent is a JSON object and begins with a brace, a fold part
 * begins with a uid, so that no text can pass for the other.
 */
export function digestOfSent(salt: string, sent: string): string {
  return commitTo(salt, sent);
}

/** SHA-256 of previous value, position, time of receipt in milliseconds and both commitments, as text. */
export function chainAfter(
  previous: string,
  row: { readonly position: number; readonly recordedAt: number; readonly fold: string; readonly audit: string },
): string {
  return hash('sha256', `${previous} ${row.position} ${row.recordedAt} ${row.fold} ${row.audit}`, 'hex');
}
