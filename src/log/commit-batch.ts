import type { Client } from 'pg';
import type { Activity } from '../activity/activity.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { storedAddress } from './address.ts';
import { APPEND_CHANNEL, APPEND_LOCK } from './append-lock.ts';
import { auditRows } from './audit.ts';
import { CHAIN_START } from './commitment.ts';
import type { Known } from './known.ts';
import { lookUp } from './look-up.ts';
import { ensurePartitions, monthOf } from './partitions.ts';
import { resolveActivity } from './resolve.ts';
import { digestOfSent, type Head, type SealedAudit, sealAudit, type UnsealedRow } from './sealed-row.ts';
import type { AppendResult, Submission } from './submission.ts';
import { inTurns } from './turns.ts';
import { writeBatch } from './write-batch.ts';

/** Partitions are made for this many months after the one that is written to. */
export const MONTHS_AHEAD = 2;

export interface BatchOptions {
  readonly clock: Clock;
  readonly anonymizeIp: boolean;
  /** Months whose partitions are known to exist; added to after commit. */
  readonly coveredMonths: Set<string>;
}

export interface Committed {
  readonly results: readonly AppendResult[];
  /** Newest position after this batch. */
  readonly head: number;
}

/**
 * Decides and writes a batch of activities in one transaction, in their order. Positions are assigned under a lock that
 * is held until commit, so they are gapless and in order of commit across all processes.
 *
 * Throws what the driver throws; then nothing was written, or, if the connection broke at COMMIT itself, everything.
 */
export async function commitBatch(
  client: Client,
  submissions: readonly Submission[],
  options: BatchOptions,
): Promise<Committed> {
  const head = await begin(client);
  // A clock that was set back must not write a row that seems older than the one before.
  const recordedAt = Math.max(head.recordedAt, options.clock.now());
  const coveredNow = options.coveredMonths.has(monthOf(recordedAt))
    ? []
    : await ensurePartitions(client, recordedAt, MONTHS_AHEAD);
  const looking = lookUp(
    client,
    submissions.map(({ activity }) => activity),
  );
  // Awaited below; a failure before that must not count as unhandled.
  looking.catch(() => undefined);
  const audits = await inTurns(submissions, (some) => received(some, recordedAt, options.anonymizeIp));
  const known = await looking;
  const { results, rows } = decide(submissions, { head, recordedAt, known, audits });
  if (rows.length === 0) {
    await client.query('ROLLBACK');
    return { results, head: head.position };
  }
  await writeBatch(client, { rows, previous: head.chain, recordedAt }, known);
  const newest = head.position + rows.length;
  // One round trip. The position is a number of ours; NOTIFY takes no parameters.
  await client.query(`NOTIFY ${APPEND_CHANNEL}, '${newest}'; COMMIT`);
  for (const month of coveredNow) {
    options.coveredMonths.add(month);
  }
  return { results, head: newest };
}

/** Opens the transaction, takes the lock and reads the newest row, each seeing what was committed before it. */
async function begin(client: Client): Promise<Head> {
  const answers: unknown = await client.query(
    `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(${APPEND_LOCK});
     SELECT position, (extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAt", chain
     FROM activity_log ORDER BY position DESC LIMIT 1`,
  );
  // Several statements in one text are answered by an array, which the driver's types do not know.
  const [, , newest] = answers as readonly { readonly rows: readonly Head[] }[];
  return newest?.rows[0] ?? { position: 0, recordedAt: Number.NEGATIVE_INFINITY, chain: CHAIN_START };
}

interface Situation {
  readonly head: Head;
  readonly recordedAt: number;
  readonly known: Known;
  /** One for each submission. */
  readonly audits: readonly SealedAudit[];
}

/** What does not depend on what is known is made while Postgres looks that up. */
function received(submissions: readonly Submission[], recordedAt: number, anonymizeIp: boolean): SealedAudit[] {
  return sealAudit(
    submissions.map(({ activity, ipAddress, userAgent }) =>
      auditRows(activity, { recordedAt, ipAddress: storedAddress(ipAddress, anonymizeIp), userAgent }),
    ),
  );
}

function decide(
  submissions: readonly Submission[],
  { head, recordedAt, known, audits }: Situation,
): { readonly results: readonly AppendResult[]; readonly rows: readonly UnsealedRow[] } {
  const rows: UnsealedRow[] = [];
  const results = submissions.map(({ activity, trusted }, index): AppendResult => {
    const used = known.uids.get(activity.uid);
    if (used !== undefined) {
      const status = isRepetition(activity, used) ? 'duplicate' : 'conflict';
      return { uid: activity.uid, status, position: used.position };
    }
    const position = head.position + rows.length + 1;
    const fold = resolveActivity(activity, { trusted, recordedAt, position }, known);
    if (fold instanceof AppError) {
      return { uid: activity.uid, status: 'invalid', error: fold };
    }
    const audit = audits[index];
    if (audit === undefined) {
      throw new Error(`No audit rows were made for ${activity.uid}`);
    }
    rows.push({ position, fold, audit, sent: activity.sent });
    known.uids.set(activity.uid, { position, sent: activity.sent });
    if (known.retracted.has(activity.uid)) {
      known.earlier.set(activity.uid, fold);
    }
    return { uid: activity.uid, status: 'accepted', position };
  });
  return { results, rows };
}

/** Law 2: the same id with the same content, as the caller sent it. Of an erased row only the id is left. */
function isRepetition(activity: Activity, used: NonNullable<ReturnType<Known['uids']['get']>>): boolean {
  if ('sent' in used) {
    return used.sent === activity.sent;
  }
  return used.digest === null || used.salt === null || used.digest === digestOfSent(activity.sent, used.salt);
}
