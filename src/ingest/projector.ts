import type { FoldRow } from '../activity/fold-row.ts';
import { createBell } from '../core/bell.ts';
import type { Clock } from '../core/clock.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { isFailureOfGraph } from '../graph/failures.ts';
import { type ApplyPorts, applyPrepared, type PreparedBatch, prepareBatch } from '../graph/projection/apply-batch.ts';
import { checkFingerprint, isOfThisLog, readProjection } from '../graph/projection/projection.ts';
import { clearGraph } from '../graph/projection/rebuild.ts';
import { logFailure } from '../log/failures.ts';

/**
 * The projector carries the rows of the log into the graph, in order, each once.
 *
 * 1. STAND. Bring the graph's schema up to date, once, and read from the graph where it stands. Done at the start, after every failure, when somebody else was
 *    faster, and now and then while idle; what this process remembers is never trusted beyond that.
 * 2. READ. Take the next rows from the log and fold them. While a full batch is applied, this is done for the one
 *    behind it already.
 * 3. APPLY. Write what they fold to together with the new position, in one transaction. A row that cannot be applied is
 *    set aside as a dead letter.
 * 4. TELL. Answer those who wait for a position that the graph has now.
 * 5. WAIT. With nothing to read, until somebody appends, somebody waits for a position, or the poll interval ends.
 *
 * Any failure leads back to 1 after a pause, and nothing is ever dropped. Several projectors may run at once, in any
 * number of processes: the position in the graph decides whose batch counts, the others find that it moved.
 */

export interface ProjectorPorts extends ApplyPorts {
  readonly log: {
    head(): Promise<number>;
    readFoldRows(after: number, limit: number): Promise<readonly FoldRow[]>;
    listen(onAppended: (position: number) => void): () => void;
  };
  readonly logger: Logger;
  readonly clock: Clock;
  /** Brings the graph's schema up to date; called until it has succeeded once. */
  readonly prepareGraph?: () => Promise<unknown>;
  /** Most rows in one transaction. */
  readonly batchSize?: number;
  /** How often to look without being told, in milliseconds. */
  readonly pollMs?: number;
  /**
   * False while another process is to do the work: this one then only follows where the graph stands, so that its
   * waiters are answered. It spares work and guards nothing; two that both may are as safe as one. Asked before every
   * batch; without it, always.
   */
  readonly mayApply?: () => boolean;
  /** Longest pause after failures, in milliseconds. */
  readonly maxPauseMs?: number;
  /** Called before and after each step, so that tests can stop the projector at every one of them. */
  readonly hooks?: (point: ProjectorPoint) => void | Promise<void>;
}

export const PROJECTOR_POINTS = [
  'before-stand',
  'after-stand',
  'before-read',
  'after-read',
  'before-apply',
  'after-apply',
  'before-wait',
] as const;
type ProjectorPoint = (typeof PROJECTOR_POINTS)[number];

type ProjectorStatus =
  | 'stopped'
  | 'starting'
  | 'running'
  /** A rebuild is under way, here or in another process. */
  | 'rebuilding'
  /** The graph was folded under other settings, or knows more than the log; a person must decide. */
  | 'rebuild-needed'
  | 'graph-away'
  | 'log-away'
  /** Something unexpected, again and again; `error` says what. */
  | 'failing';

interface ProjectorState {
  readonly status: ProjectorStatus;
  /** The graph has the log's rows up to here, as far as this process knows. */
  readonly position: number;
  /** Newest position of the log that this process has heard of. */
  readonly head: number;
  /** Rows that the graph does not have yet. */
  readonly lag: number;
  /** For how long the graph has not had all rows, in milliseconds. */
  readonly behindMs: number;
  readonly error?: string;
}

export interface Projector {
  /** The graph has the log's rows up to here, as far as this process knows. */
  readonly position: number;
  start(): void;
  /** Ends after the batch that is being applied. */
  stop(): Promise<void>;
  /** True as soon as the graph has the position, false when it has not within the time. */
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
  state(): ProjectorState;
}

const BATCH_SIZE = 2_000;
const POLL_MS = 1_000;
/** How often to look for what another process is about to apply, in milliseconds. */
const WATCH_MS = 25;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

interface Waiter {
  readonly position: number;
  answer(reached: boolean): void;
}

export function createProjector(ports: ProjectorPorts): Projector {
  const { log, graph, ranking, logger, clock } = ports;
  const batchSize = ports.batchSize ?? BATCH_SIZE;
  const pollMs = ports.pollMs ?? POLL_MS;
  const mayApply = ports.mayApply ?? (() => true);
  const waiters = new Set<Waiter>();
  const { chainAt } = ports;
  const applyPorts: ApplyPorts = {
    graph,
    ranking,
    titlesOf: (references) => ofLog(ports.titlesOf(references)),
    recordDeadLetters: (letters) => ofLog(ports.recordDeadLetters(letters)),
    forgetDeadLetters: async () => ofLog(ports.forgetDeadLetters?.()),
    forgetRefreshes: async () => ofLog(ports.forgetRefreshes?.()),
    ...(chainAt === undefined ? {} : { chainAt: (at) => ofLog(chainAt(at)) }),
  };

  let position = 0;
  let head = 0;
  let behindSince: number | undefined;
  let status: ProjectorStatus = 'stopped';
  let lastError: string | undefined;
  let failures = 0;
  let prepared = false;
  let running: Promise<void> | undefined;
  let stopping = false;
  let bell = createBell();

  const at = async (point: ProjectorPoint): Promise<void> => ports.hooks?.(point);

  function moveTo(reached: number): void {
    position = reached;
    noteLag();
    for (const waiter of waiters) {
      if (waiter.position <= position) {
        waiter.answer(true);
      }
    }
  }

  function heardOf(appended: number): void {
    head = Math.max(head, appended);
    noteLag();
  }

  function noteLag(): void {
    behindSince = head > position ? (behindSince ?? clock.now()) : undefined;
  }

  function setStatus(next: ProjectorStatus, error?: string): void {
    if (next !== status) {
      const level = error === undefined ? 'info' : 'warn';
      logger[level]({ position, head, error }, `projector: ${next}`);
    }
    status = next;
    lastError = error;
  }

  async function stand(): Promise<void> {
    await at('before-stand');
    if (!prepared) {
      await ports.prepareGraph?.();
      prepared = true;
    }
    let projection = await readProjection(graph);
    checkFingerprint(projection, ranking);
    if (projection.phase === 'clearing' && mayApply()) {
      // Whoever began it may be gone; clearing is safe for any number of processes at once.
      setStatus('rebuilding');
      moveTo(0);
      await clearGraph(applyPorts);
      projection = await readProjection(graph);
    }
    head = await ofLog(log.head());
    if (projection.position > head) {
      throw new AppError(
        'GRAPH_REBUILD_NEEDED',
        `The graph stands at position ${projection.position} but the log ends at ${head}; was the log restored from a backup?`,
      );
    }
    if (!(await isOfThisLog(projection, applyPorts.chainAt))) {
      throw new AppError(
        'GRAPH_REBUILD_NEEDED',
        `The graph stands at position ${projection.position}, but not of this log; was one of the two restored from a backup?`,
      );
    }
    moveTo(projection.position);
    setStatus(projection.rebuilding ? 'rebuilding' : 'running');
    await at('after-stand');
  }

  async function read(after: number): Promise<PreparedBatch> {
    await at('before-read');
    const rows = await ofLog(log.readFoldRows(after, batchSize));
    checkGapless(after, rows);
    const prepared = await prepareBatch(applyPorts, rows);
    await at('after-read');
    return prepared;
  }

  /** Applies rows as long as there are any. */
  async function catchUp(): Promise<void> {
    let next = read(position);
    while (!stopping && mayApply()) {
      const batch = await next;
      const last = batch.rows.at(-1);
      if (last === undefined) {
        return;
      }
      heardOf(last.position);
      const ahead = batch.rows.length === batchSize ? readAhead(last.position) : undefined;
      await at('before-apply');
      const outcome = await applyPrepared(applyPorts, position, batch);
      await at('after-apply');
      if (outcome === 'moved') {
        await stand();
      } else {
        moveTo(last.position);
        failures = 0;
      }
      next = outcome === 'applied' && ahead !== undefined ? ahead : read(position);
    }
    // What was read ahead is read again after the next start.
    await next.catch(() => undefined);
  }

  function readAhead(after: number): Promise<PreparedBatch> {
    const batch = read(after);
    // Looked at after the batch before it; when that fails, this failure does not matter.
    batch.catch(() => undefined);
    return batch;
  }

  async function follow(): Promise<void> {
    await stand();
    while (!stopping) {
      if (mayApply()) {
        await catchUp();
      }
      failures = 0;
      await at('before-wait');
      // Another's work is not announced: while some of it is due, look every few moments and not at every append.
      const due = !mayApply() && head > position;
      const rung = due ? await bell.waitForLast(Math.min(pollMs, WATCH_MS)) : await bell.wait(pollMs);
      // Told, we go by what we know; untold, we look whether the graph is still there and still ours.
      if ((!rung || status === 'rebuilding' || !mayApply()) && !stopping) {
        await stand();
      }
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        await follow();
      } catch (error) {
        setStatus(statusOf(error), error instanceof Error ? error.message : String(error));
        failures += 1;
        await bell.waitForLast(pauseMs(failures, ports.maxPauseMs ?? MAX_PAUSE_MS));
      }
    }
    setStatus('stopped');
  }

  let unlisten = (): void => undefined;
  return {
    get position() {
      return position;
    },
    start() {
      if (running !== undefined) {
        return;
      }
      stopping = false;
      bell = createBell();
      unlisten = log.listen((appended) => {
        heardOf(appended);
        bell.ring();
      });
      setStatus('starting');
      running = run();
    },
    async stop() {
      stopping = true;
      unlisten();
      bell.ringLast();
      await running;
      running = undefined;
      for (const waiter of waiters) {
        waiter.answer(false);
      }
    },
    waitFor(wanted, timeoutMs) {
      if (position >= wanted) {
        return Promise.resolve(true);
      }
      const { promise, waiter } = waiting(wanted, timeoutMs, (done) => waiters.delete(done));
      waiters.add(waiter);
      bell.ring();
      return promise;
    },
    state: () => ({
      status,
      position,
      head: Math.max(head, position),
      lag: Math.max(head - position, 0),
      behindMs: behindSince === undefined ? 0 : clock.now() - behindSince,
      ...(lastError === undefined ? {} : { error: lastError }),
    }),
  };
}

function waiting(
  position: number,
  timeoutMs: number,
  forget: (waiter: Waiter) => void,
): { promise: Promise<boolean>; waiter: Waiter } {
  let resolve = (_reached: boolean): void => undefined;
  const promise = new Promise<boolean>((settle) => {
    resolve = settle;
  });
  const waiter: Waiter = {
    position,
    answer(reached) {
      clearTimeout(timer);
      forget(waiter);
      resolve(reached);
    },
  };
  const timer = setTimeout(() => waiter.answer(false), timeoutMs);
  return { promise, waiter };
}

/** The log promises positions without gaps; a gap would mean rows that nobody folds. */
function checkGapless(after: number, rows: readonly FoldRow[]): void {
  const gap = rows.findIndex((row, index) => row.position !== after + index + 1);
  if (gap !== -1) {
    throw new Error(`The log gave position ${rows[gap]?.position} where ${after + gap + 1} was due`);
  }
}

/** Failures of Postgres are told apart from those of Neo4j, and from those of this program. */
async function ofLog<T>(reading: T | Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw logFailure(error);
  }
}

function statusOf(error: unknown): ProjectorStatus {
  if (isAppError(error, 'GRAPH_REBUILD_NEEDED')) {
    return 'rebuild-needed';
  }
  if (isAppError(error, 'GRAPH_REBUILDING')) {
    return 'rebuilding';
  }
  if (isAppError(error, 'LOG_UNAVAILABLE')) {
    return 'log-away';
  }
  return isFailureOfGraph(error) ? 'graph-away' : 'failing';
}

/** Doubles with each failure; spread over half of it, so that many processes do not come back at the same moment. */
function pauseMs(failures: number, longest: number): number {
  const full = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10), longest);
  return full * (0.5 + Math.random() / 2);
}
