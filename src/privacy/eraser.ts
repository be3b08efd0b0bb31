import type { Pool } from 'pg';
import type { Ranking } from '../activity/ranking.ts';
import type { Clock } from '../core/clock.ts';
import { isAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type SetRightPorts, setRight } from '../graph/erase/set-right.ts';
import { dedicatedConnection } from '../log/connection.ts';
import { eraseFromLog, finishErasure } from '../log/erase/erase-log.ts';
import {
  beginErasure,
  type Erasure,
  noteTidied,
  pendingErasures,
  readErasure,
  readPending,
  untidiedErasures,
} from '../log/erase/pending.ts';
import { logFailure } from '../log/failures.ts';
import { deadLetterPositions } from '../log/read/dead-letters.ts';
import { readAffected } from './read-affected.ts';

/** Of all processes one carries an erasure on: any number, together with that of the erasure. */
const ERASURE_LOCK = 7_074_007;
/** How long the graph is waited for before the erasure is left to the job. */
const GRAPH_PATIENCE_MS = 30_000;

export interface EraserPorts {
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly log: SetRightPorts['log'];
  readonly graph: SetRightPorts['graph'];
  readonly ranking: Ranking;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Keys the digests of who was erased; not in the database. */
  readonly key: string;
  /** True as soon as the graph has the position. */
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
  /** What is to be done when people were erased, and need not be waited for; done again when it was cut off. */
  afterwards(): Promise<unknown>;
}

export interface Eraser {
  /**
   * Erases a person, under every id that they had, from every store. From the first moment on activities that name them are refused. `pending` when
   * it takes longer than `timeoutMs`, or the graph is away: it goes on here, and the job `erasures` takes over what is
   * cut off. Asking again goes on with the same erasure.
   *
   * @throws AppError `LOG_UNAVAILABLE`.
   */
  erase(person: string, timeoutMs?: number): Promise<Erasure>;
  /** Carries on every erasure that is not over; how many are over now. */
  resume(): Promise<{ readonly finished: number; readonly pending: number }>;
}

export function createEraser(ports: EraserPorts): Eraser {
  const { pool, key, clock, logger } = ports;

  // One after the other: an erasure reads the whole log, and several at once would leave nobody else a connection.
  let before: Promise<void> = Promise.resolve();
  function carryOnLogged(id: number): Promise<void> {
    before = before.then(() => carryOnNow(id));
    return before;
  }

  async function carryOnNow(id: number): Promise<void> {
    try {
      await carryOn(ports, id);
    } catch (error) {
      // Nothing in the line but the number of the erasure: whom it is about is nobody's business any more.
      logger.warn({ erasure: id, code: isAppError(error) ? error.code : undefined }, 'an erasure is not over yet');
    }
  }

  async function carryOnAll(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      await carryOnLogged(id);
    }
    await tidy(ports).catch((error: unknown) =>
      logger.warn({ code: isAppError(error) ? error.code : undefined }, 'not everything was tidied after an erasure'),
    );
  }

  return {
    async erase(person, timeoutMs) {
      const ids = await beginErasure(pool, { person, key, now: clock.now() });
      const done = carryOnAll(ids);
      await (timeoutMs === undefined ? done : within(done, timeoutMs));
      return together(await Promise.all(ids.map((id) => readErasure(pool, id))));
    },
    async resume() {
      const ids = await pendingErasures(pool);
      await carryOnAll(ids);
      const pending = (await pendingErasures(pool)).length;
      return { finished: Math.max(0, ids.length - pending), pending };
    },
  };
}

/** What became of the erasures of all ids of a person, under the number of the last one. */
function together(erasures: readonly Erasure[]): Erasure {
  return erasures.reduce((before, last) => ({
    id: last.id,
    status: before.status === 'pending' ? 'pending' : last.status,
    position: before.position === null ? last.position : Math.max(before.position, last.position ?? 0),
    logRows: before.logRows + last.logRows,
    auditRows: before.auditRows + last.auditRows,
  }));
}

/** Does all that is left to do, unless another process is at it. */
async function carryOn(ports: EraserPorts, id: number): Promise<void> {
  const { pool, ranking, clock } = ports;
  await alone(ports, id, async () => {
    const erasure = await readPending(pool, id);
    if (erasure === undefined) {
      return;
    }
    await eraseFromLog(pool, erasure, { ranking, now: clock.now() });
    const { position } = await readErasure(pool, id);
    if (position !== null) {
      await ports.waitFor(position, GRAPH_PATIENCE_MS);
    }
    const deadLetters = (after: number, upTo: number) => deadLetterPositions(pool, after, upTo);
    await setRight({ ...ports, deadLetters }, await readAffected(pool, id), position ?? 0);
    await finishErasure(pool, erasure, clock.now());
  });
}

/** Does what comes after erasures, also after those of a process that ended before it got to that. */
async function tidy({ pool, clock, afterwards }: EraserPorts): Promise<void> {
  const ids = await untidiedErasures(pool);
  if (ids.length > 0) {
    await afterwards();
    await noteTidied(pool, ids, clock.now());
  }
}

/** Runs `work` unless another process does. The lock has a connection of its own, and goes with it. */
async function alone({ databaseUrl, logger }: EraserPorts, id: number, work: () => Promise<void>): Promise<void> {
  const connection = dedicatedConnection(databaseUrl, 'activity-graph erasure', logger);
  try {
    const client = await connection.open();
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, $2::int) AS locked', [
      ERASURE_LOCK,
      id,
    ]);
    if (rows[0]?.locked === true) {
      await work();
    }
  } catch (error) {
    throw logFailure(error);
  } finally {
    await connection.close();
  }
}

async function within(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
