import { setImmediate } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { dedicatedConnection } from '../connection.ts';
import { isFaultOfRow, isUnavailable, writeFailure } from '../failures.ts';
import { type BatchOptions, type Committed, commitBatch } from './commit-batch.ts';
import { receive, type Waiting } from './received.ts';
import { type Patience, WRITER_NAME, watchLock } from './stuck-writer.ts';
import { type AppendResult, isAlias, type Submission } from './submission.ts';

/**
 * Most activities in one transaction, except for one call that has more. The cost of a commit is spread over enough
 * rows by then; what is beyond is made ready while these are with Postgres.
 */
const MAX_BATCH_ROWS = 2_000;
/** So many activities are made ready before the event loop turns. */
const READY_PER_TURN = 100;
/** Most that waits to be written; more is refused with `LOG_OVERLOADED`. */
const MAX_WAITING_ROWS = 50_000;
const MAX_WAITING_BYTES = 64 * 1_024 * 1_024;
/** What an activity takes in memory beside its text, roughly. */
const BYTES_PER_ACTIVITY = 2_048;
/** So often a batch is tried without what is at fault in it; one bad value among 2,000 is found with 24 attempts. */
const MAX_ATTEMPTS = 64;
/** A transaction that has not ended by then is cut off: Postgres, or the way to it, hangs. */
const BATCH_DEADLINE_MS = 60_000;

/**
 * The writer's statements are prepared once and find their rows by key. Postgres plans such a statement for the tables as
 * they were then, and while they are small it reads them whole: of tables that have grown since, every batch read every
 * row, until Postgres counted them anew a minute later. What has no key to go by is read whole all the same; it is not worth
 * compiling while others wait.
 */
const PLAN_BY_KEY = 'SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off';

export interface WriterOptions {
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly anonymizeIp: boolean;
  /** Keys the digests of who was erased. */
  readonly erasureKey?: string;
  /** How long the append lock is waited for before a writer that is stuck is ended. */
  readonly patience?: Patience;
  /** Called after each commit with the newest position, before the senders are answered. */
  readonly onCommitted: (head: number) => void;
}

export interface Writer {
  append(submissions: readonly Submission[]): Promise<readonly AppendResult[]>;
  /** Writes what waits, then lets go of the connection. */
  close(): Promise<void>;
}

/** One call of `append`, or a part of it. */
interface Entry {
  readonly waiting: readonly Waiting[];
  /** Settles when these and all before them were made ready. */
  readonly ready: Promise<void>;
  readonly bytes: number;
  /** Not to be written together with others. */
  readonly alone: boolean;
  readonly resolve: (results: readonly AppendResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The one writer of a process: it takes whatever queued up while the last batch was committed, and commits that. There
 * is no timer: a single activity is written at once, and under load batches grow by themselves.
 */
export function createWriter(options: WriterOptions): Writer {
  const { logger } = options;
  const connection = dedicatedConnection(options.databaseUrl, WRITER_NAME, logger, PLAN_BY_KEY);
  const batchOptions: BatchOptions = { ...options, erasureKey: options.erasureKey ?? '', coveredMonths: new Set() };
  const queue: Entry[] = [];
  let waiting = { rows: 0, bytes: 0 };
  let running: Promise<void> | undefined;
  let preparing = Promise.resolve();
  let closed = false;

  function enqueue(submissions: readonly Submission[]): Promise<readonly AppendResult[]> {
    return new Promise((resolve, reject) => {
      const bytes = bytesOf(submissions);
      const own = submissions.map((submission): Waiting => ({ submission, received: undefined }));
      const recordedAt = options.clock.now();
      preparing = preparing.then(() => prepareAhead(own, recordedAt));
      queue.push({ waiting: own, ready: preparing, bytes, alone: submissions.some(isAlias), resolve, reject });
      waiting = { rows: waiting.rows + own.length, bytes: waiting.bytes + bytes };
      running ??= run();
    });
  }

  async function run(): Promise<void> {
    // Calls made in the same turn of the event loop go together.
    await Promise.resolve();
    try {
      while (queue.length > 0) {
        await write(takeBatch());
      }
    } finally {
      running = undefined;
    }
  }

  /** Never rejects: whatever fails here fails again when its turn comes, and is answered then. */
  async function prepareAhead(all: readonly Waiting[], recordedAt: number): Promise<void> {
    try {
      await prepare(all, recordedAt);
    } catch (error) {
      logger.error({ err: error }, 'Activities could not be made ready');
    }
  }

  /** Done call by call, while Postgres is busy with others, so that the lock is held for less. */
  async function prepare(all: readonly Waiting[], recordedAt: number): Promise<void> {
    for (const [index, one] of all.entries()) {
      if (index > 0 && index % READY_PER_TURN === 0) {
        await setImmediate();
      }
      try {
        one.received = receive(one.submission, recordedAt, options.anonymizeIp);
      } catch (error) {
        one.fault = error ?? new Error('Something was thrown that is nothing');
      }
    }
  }

  /** Whole calls, up to the bound; at least one. An alias goes alone. */
  function takeBatch(): readonly Entry[] {
    let rows = 0;
    let count = 0;
    for (const entry of queue) {
      if (count > 0 && (rows + entry.waiting.length > MAX_BATCH_ROWS || entry.alone)) {
        break;
      }
      rows += entry.waiting.length;
      count += 1;
      if (entry.alone) {
        break;
      }
    }
    const batch = queue.splice(0, count);
    waiting = {
      rows: waiting.rows - rows,
      bytes: waiting.bytes - batch.reduce((sum, entry) => sum + entry.bytes, 0),
    };
    return batch;
  }

  async function write(batch: readonly Entry[]): Promise<void> {
    try {
      await batch.at(-1)?.ready;
      const { results, head } = await writeAll(batch.flatMap((entry) => entry.waiting));
      announce(head);
      let from = 0;
      for (const { waiting: own, resolve } of batch) {
        resolve(results.slice(from, from + own.length));
        from += own.length;
      }
    } catch (error) {
      for (const { reject } of batch) {
        reject(writeFailure(error));
      }
      const text = 'A batch of activities could not be written; its senders were told to send it again';
      if (isUnavailable(error)) {
        logger.warn({ err: error, calls: batch.length }, text);
      } else {
        logger.error({ err: error, calls: batch.length }, text);
      }
    }
  }

  /** The rows are committed; who sent them must hear so whatever a listener does. */
  function announce(head: number): void {
    try {
      options.onCommitted(head);
    } catch (error) {
      logger.error({ err: error }, 'A listener to commits failed');
    }
  }

  /**
   * Law 10: an activity that fails for a reason that nobody foresaw must not take others with it. One whose own deciding
   * fails is left out and answered as invalid; where Postgres refuses a value, the batch is halved until that activity is
   * alone. Every other failure is nobody's fault among the senders, and so is one that outlives `MAX_ATTEMPTS`.
   */
  async function writeAll(all: readonly Waiting[]): Promise<Committed> {
    let attempts = 0;
    const refused = new Map<Waiting, AppendResult>();

    function withoutFaulty(activities: readonly Waiting[]): readonly Waiting[] {
      for (const one of activities) {
        if (one.fault !== undefined && !refused.has(one)) {
          refused.set(one, refuse(one, one.fault));
        }
      }
      return activities.filter((one) => !refused.has(one));
    }

    async function writeOrDivide(activities: readonly Waiting[]): Promise<Committed> {
      const sound = withoutFaulty(activities);
      if (sound.length === 0) {
        return { results: [], head: 0 };
      }
      attempts += 1;
      try {
        return await commitOnce(sound);
      } catch (error) {
        const [first] = sound;
        const decidable = sound.every((one) => one.fault === undefined);
        if (attempts >= MAX_ATTEMPTS || first === undefined || (decidable && !isFaultOfRow(error))) {
          throw error;
        }
        if (!decidable) {
          return writeOrDivide(sound);
        }
        if (sound.length === 1) {
          refused.set(first, refuse(first, error));
          return { results: [], head: 0 };
        }
        const middle = Math.ceil(sound.length / 2);
        const before = await writeOrDivide(sound.slice(0, middle));
        const after = await writeOrDivide(sound.slice(middle));
        return { results: [...before.results, ...after.results], head: Math.max(before.head, after.head) };
      }
    }

    const { results, head } = await writeOrDivide(all);
    const written = results.values();
    const answers = all.map((one) => refused.get(one) ?? written.next().value);
    return { results: answers.filter((answer) => answer !== undefined), head };
  }

  function refuse({ submission }: Waiting, fault: unknown): AppendResult {
    const { uid } = submission.activity;
    logger.error({ err: fault, uid }, 'An activity could not be written');
    const error = new AppError('INTERNAL', `The activity ${uid} could not be written`, { cause: fault });
    return { uid, status: 'invalid', error };
  }

  async function commitOnce(activities: readonly Waiting[]): Promise<Committed> {
    const client = await connection.open();
    const deadline = setTimeout(() => connection.drop(), BATCH_DEADLINE_MS);
    const stopWatching = watchLock(options, client);
    try {
      return await commitBatch(client, activities, { ...batchOptions, onLocked: stopWatching });
    } catch (error) {
      await rollBack(client, error);
      throw error;
    } finally {
      clearTimeout(deadline);
      stopWatching();
    }
  }

  async function rollBack(client: Client, error: unknown): Promise<void> {
    try {
      if (isUnavailable(error)) {
        throw error;
      }
      await client.query('ROLLBACK');
    } catch {
      connection.drop();
    }
  }

  return {
    async append(submissions) {
      if (closed) {
        throw new AppError('LOG_UNAVAILABLE', 'This process is stopping.');
      }
      const overloaded =
        waiting.rows > 0 &&
        (waiting.rows + submissions.length > MAX_WAITING_ROWS ||
          waiting.bytes + bytesOf(submissions) > MAX_WAITING_BYTES);
      if (overloaded) {
        throw new AppError('LOG_OVERLOADED', `${waiting.rows} activities are waiting to be written.`);
      }
      return (await Promise.all(partsOf(submissions).map(enqueue))).flat();
    },
    async close() {
      closed = true;
      await running;
      await connection.close();
    },
  };
}

/** Parts of at most a batch, in order; an alias is a part of its own. */
function partsOf(submissions: readonly Submission[]): Submission[][] {
  const parts: Submission[][] = [];
  let open: Submission[] | undefined;
  for (const submission of submissions) {
    const alone = isAlias(submission);
    if (open === undefined || alone || open.length === MAX_BATCH_ROWS) {
      open = [];
      parts.push(open);
    }
    open.push(submission);
    open = alone ? undefined : open;
  }
  return parts;
}

function bytesOf(submissions: readonly Submission[]): number {
  return submissions.reduce((sum, { activity }) => sum + 2 * activity.sent.length + BYTES_PER_ACTIVITY, 0);
}
