import { randomBytes, randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Change, Signal, Structure } from '../../activity/fold-row.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Clearing, OwnKind } from '../chain/clearing.ts';
import { auditText, chainAfter, commitTo, commitToFold, foldText } from '../chain/commitment.ts';
import type { FoldPart } from '../chain/fold-part.ts';
import { APPEND_CHANNEL } from './append-lock.ts';
import type { Head } from './write-batch.ts';

/** Who writes the log's own rows: nobody. Ids of people are never empty. */
const NOBODY = '';
const SALT_BYTES = 16;

/** A row that the log writes by itself. */
export interface OwnRow {
  readonly kind: OwnKind;
  readonly clears?: Omit<Clearing, 'edge'>;
  /** Signals of others that count again from here on, as those that are taken back: with sign −1. */
  readonly takesBack?: readonly Signal[];
  /** Facts of others that hold again from here on. */
  readonly changes?: readonly Change[];
  readonly structure?: Structure | null;
}

/**
 * Appends a row of the log's own within the caller's transaction, which holds the append lock. It has no audit row.
 *
 * @returns the new head.
 */
export async function appendOwnRow(client: ClientBase, head: Head, row: OwnRow, now: number): Promise<Head> {
  const position = head.position + 1;
  const recordedAt = Math.max(head.recordedAt, Math.floor(now));
  const part = ownPart(row, recordedAt);
  const salt = randomBytes(SALT_BYTES).toString('hex');
  const auditSalt = randomBytes(SALT_BYTES).toString('hex');
  const fold = commitToFold(salt, foldText(part), '');
  const audit = commitTo(auditSalt, auditText([]));
  const chain = chainAfter(head.chain, { position, recordedAt, fold, audit });
  await client.query(
    `INSERT INTO activity_log (position, uid, kind, actor_id, object, effective_at, recorded_at, from_future, counts,
       takes_back, changes, structure, fold_salt, fold_commitment, audit_salt, audit_commitment, chain)
     VALUES ($1, $2, $3, $4, $5, $6, $6, false, false, $7, $8, $9, decode($10, 'hex'), decode($11, 'hex'),
       decode($12, 'hex'), decode($13, 'hex'), decode($14, 'hex'))`,
    [
      position,
      part.uid,
      part.kind,
      part.actorId,
      part.object,
      new Date(recordedAt),
      jsonOf(part.takesBack),
      jsonOf(part.changes),
      jsonOf(part.structure),
      salt,
      fold,
      auditSalt,
      audit,
      chain,
    ],
  );
  await client.query('SELECT pg_notify($1, $2)', [APPEND_CHANNEL, String(position)]);
  return { position, recordedAt, chain };
}

function ownPart({ kind, clears, takesBack, changes = [], structure = null }: OwnRow, recordedAt: number): FoldPart {
  const clearings: readonly Clearing[] =
    clears === undefined ? [] : [{ edge: 'CLEARED', audit: clears.audit, log: clears.log }];
  const stated = [...clearings, ...changes];
  return {
    uid: randomUUID(),
    kind,
    actorId: NOBODY,
    object: structure?.object ?? null,
    targetId: null,
    communityId: null,
    effectiveAt: recordedAt,
    fromFuture: false,
    durationSeconds: null,
    scrollDepthPercentage: null,
    positionSeconds: null,
    authorId: null,
    tags: null,
    counts: false,
    takesBack: takesBack === undefined || takesBack.length === 0 ? null : takesBack,
    changes: stated.length === 0 ? null : stated,
    structure,
  };
}

function jsonOf(value: unknown): string | null {
  return value === null ? null : canonicalJson(value);
}
