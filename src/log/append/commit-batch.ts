import type { Client } from 'pg';
import type { Activity } from '../../activity/activity.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { digestOfSent } from '../chain/commitment.ts';
import { referencesIn } from '../erase/names.ts';
import { type Aliases, aliasesIn, NO_ALIASES, renamedActivity, renameKnown } from '../resolve/aliases.ts';
import type { Known } from '../resolve/known.ts';
import { lookUp, lookUpJoined } from '../resolve/look-up.ts';
import { resolveActivity } from '../resolve/resolve.ts';
import { joining, MOST_JOINED } from '../resolve/resolve-alias.ts';
import { beginAppend } from './begin-append.ts';
import { hasMoreThan, joinTables } from './join-tables.ts';
import { ensurePartitions, isCovered, monthOf } from './partitions.ts';
import { type Received, receive, type Waiting } from './received.ts';
import { type AppendResult, isAlias, type Submission } from './submission.ts';
import { type DecidedRow, type Head, writeBatch } from './write-batch.ts';

/** Partitions are made for this many months after the one that is written to. */
export const MONTHS_AHEAD = 2;
/** So many activities are decided before Postgres gets their rows. */
const PORTION = 500;

export interface BatchOptions {
  readonly clock: Clock;
  readonly anonymizeIp: boolean;
  /** Keys the digests of who was erased. */
  readonly erasureKey: string;
  /** Months whose partitions are known to exist; added to after commit. */
  readonly coveredMonths: Set<string>;
  /** Called when the append lock is held. */
  readonly onLocked?: () => void;
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
  waiting: readonly Waiting[],
  options: BatchOptions,
): Promise<Committed> {
  await coverNow(client, options);
  const head = await beginAppend(client);
  options.onLocked?.();
  const aliases = head.hasAliases ? await aliasesIn(client, waiting.map(activityOf)) : NO_ALIASES;
  const batch = inOrderOfReceipt(waiting, head, options, aliases);
  const covered = await coverMonths(client, batch, options.coveredMonths);
  const tooMuchToJoin = await joinPeople(client, batch, aliases);
  const known = await lookUp(
    client,
    batch.map(({ submission: { activity }, received }) => ({ activity, effectiveAt: received.plain.effectiveAt })),
    aliases,
    options.erasureKey,
  );
  if (head.hasAliases) {
    await renameKnown(client, known);
  }
  if (!tooMuchToJoin) {
    await lookUpOfAlias(client, batch, known);
  }
  const results: AppendResult[] = [];
  const newest = await writeBatch(client, {
    head,
    portions: decide(batch, { head, known: { ...known, tooMuchToJoin }, results }),
    atOnce: batch.length <= PORTION,
    tables: new Set(batch.flatMap(({ received }) => received.audit.map(({ table }) => table))),
    known,
  });
  for (const month of newest === head.position ? [] : covered) {
    options.coveredMonths.add(month);
  }
  return { results, head: newest };
}

const activityOf = ({ submission }: { readonly submission: Submission }): Activity => submission.activity;

/** An activity that two ids are one person; such a one is a batch of its own. */
function aliasIn(batch: readonly Ready[]): Submission | undefined {
  const [first] = batch;
  return first !== undefined && isAlias(first.submission) ? first.submission : undefined;
}

/**
 * What this writes is given up with the transaction when the activity turns out to be refused or a repetition.
 *
 * @returns whether it is too much, and nothing was written.
 */
async function joinPeople(client: Client, batch: readonly Ready[], aliases: Aliases): Promise<boolean> {
  const alias = aliasIn(batch);
  if (alias?.activity.success !== true || joining(alias.activity, alias.trusted, aliases) !== 'joins') {
    return false;
  }
  const from = alias.activity.target ?? '';
  if (await hasMoreThan(client, from, MOST_JOINED)) {
    return true;
  }
  await joinTables(client, from, alias.activity.actor);
  return false;
}

async function lookUpOfAlias(client: Client, batch: readonly Ready[], known: Known): Promise<void> {
  const alias = aliasIn(batch);
  if (alias !== undefined) {
    await lookUpJoined(client, alias.activity, known);
    await renameKnown(client, known);
  }
}

/** An activity that waits, ready to be decided. */
interface Ready {
  readonly waiting: Waiting;
  /** With the ids that people have now. */
  readonly submission: Submission;
  readonly received: Received;
}

/**
 * Everything received, with times that never go back: another process, or a clock that was set back, must not make a
 * row that seems older than the one before.
 */
function inOrderOfReceipt(
  waiting: readonly Waiting[],
  head: Head,
  { clock, anonymizeIp }: BatchOptions,
  aliases: Aliases,
): Ready[] {
  let earliest = head.recordedAt;
  return waiting.map((one): Ready => {
    const { received: ahead } = one;
    const activity = renamedActivity(one.submission.activity, aliases);
    const renamed = activity !== one.submission.activity;
    const submission = renamed ? { ...one.submission, activity } : one.submission;
    const received =
      ahead === undefined || renamed || ahead.recordedAt < earliest
        ? blaming(one, () => receive(submission, Math.max(earliest, clock.now()), anonymizeIp))
        : ahead;
    earliest = received.recordedAt;
    return { waiting: one, submission, received };
  });
}

/**
 * Makes the partitions of a month that has just begun, and of the next ones, before anybody is kept waiting for the
 * append lock. That they cannot be made now does not matter while those of the month itself are there.
 */
async function coverNow(client: Client, { clock, coveredMonths }: BatchOptions): Promise<void> {
  const now = clock.now();
  if (coveredMonths.has(monthOf(now))) {
    return;
  }
  try {
    await client.query('BEGIN');
    const months = await ensurePartitions(client, now, MONTHS_AHEAD);
    await client.query('COMMIT');
    for (const month of months) {
      coveredMonths.add(month);
    }
  } catch (error) {
    await client.query('ROLLBACK');
    if (!(await isCovered(client, now))) {
      throw error;
    }
  }
}

/** For rows that follow one whose time of receipt, by another process's clock, is in a later month than it is here. */
async function coverMonths(client: Client, batch: readonly Ready[], covered: ReadonlySet<string>): Promise<string[]> {
  const made = new Set<string>();
  for (const time of new Set(batch.map(({ received }) => received.recordedAt))) {
    const month = monthOf(time);
    if (!covered.has(month) && !made.has(month)) {
      if (await isCovered(client, time)) {
        made.add(month);
      } else {
        for (const one of await ensurePartitions(client, time, MONTHS_AHEAD)) {
          made.add(one);
        }
      }
    }
  }
  return [...made];
}

interface Situation {
  readonly head: Head;
  readonly known: Known;
  /** Where the results go. */
  readonly results: AppendResult[];
}

function* decide(batch: readonly Ready[], { head, known, results }: Situation): Generator<readonly DecidedRow[]> {
  let { position } = head;
  for (let from = 0; from < batch.length; from += PORTION) {
    const rows: DecidedRow[] = [];
    for (const { waiting, submission, received } of batch.slice(from, from + PORTION)) {
      const { activity } = submission;
      const decided = blaming(waiting, () => decideOne(submission, received, position + 1, known));
      if ('fold' in decided) {
        position += 1;
        rows.push({ received, fold: decided.fold });
        results.push({ uid: activity.uid, status: 'accepted', position });
      } else {
        results.push(decided);
      }
    }
    yield rows;
  }
}

/** Does something with one activity; if it throws, that activity is at fault, and the writer goes on without it. */
function blaming<Outcome>(waiting: Waiting, work: () => Outcome): Outcome {
  try {
    return work();
  } catch (error) {
    waiting.fault = error ?? new Error('Something was thrown that is nothing');
    throw error;
  }
}

function decideOne(
  { activity, trusted }: Submission,
  received: Received,
  position: number,
  known: Known,
): { readonly fold: DecidedRow['fold'] } | AppendResult {
  const { uid } = activity;
  if (known.erased.size > 0 && referencesIn(activity).some((reference) => known.erased.has(reference))) {
    // Not even which of them: the answer may be logged by whoever gets it.
    const error = new AppError('ACTIVITY_ERASED', 'The activity names somebody who was erased, or content of theirs.');
    return { uid, status: 'invalid', error };
  }
  const used = known.uids.get(uid);
  if (used !== undefined) {
    return { uid, status: isRepetition(activity, used) ? 'duplicate' : 'conflict', position: used.position };
  }
  const fold = resolveActivity(activity, { trusted, plain: received.plain, position }, known);
  if (fold instanceof AppError) {
    return { uid, status: 'invalid', error: fold };
  }
  known.uids.set(uid, { position, sent: activity.sent });
  if (known.retracted.has(uid)) {
    known.earlier.set(uid, fold);
  }
  return { fold };
}

/** Law 2: the same id with the same content, as the caller sent it. Of an erased row only the id is left. */
function isRepetition(activity: Activity, used: NonNullable<ReturnType<Known['uids']['get']>>): boolean {
  if ('sent' in used) {
    return used.sent === activity.sent;
  }
  return used.digest === null || used.salt === null || used.digest === digestOfSent(used.salt, activity.sent);
}
