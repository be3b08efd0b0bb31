import { setTimeout as sleep } from 'node:timers/promises';
import type { FoldRow } from '../activity/fold-row.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Queryable } from '../log/database.ts';
import { readRefreshPosition, writeRefreshPosition } from './refresh-position.ts';
import { type Touched, touchedBy } from './touched.ts';

/**
 * The refresher keeps derived edges close to the graph they are derived from: it follows the log behind the projector
 * and has whatever the new rows touched computed again.
 *
 * 1. LOOK. Every half second, whether the graph has rows that some refresh has not seen. A burst of activities on one
 *    thing is thereby one refresh of it. While the graph itself is behind the log, nothing is done: the projector is first.
 * 2. SKIP. A refresh that is too far behind, as after an import, has everything computed anew and goes to where the
 *    graph stood before that. So does one whose edges a rebuild of the graph deleted.
 * 3. REFRESH. What the next rows touched, once; then the position is noted. Cut off in between, the same is done
 *    again, which changes nothing.
 * 4. REST. As long as that took, so that the graph is the projector's and the feed's for half of the time at least.
 *
 * A refresh that fails is tried again after a pause that grows; the others go on meanwhile.
 */

/** One kind of derived edge that follows what happens. */
export interface Refresh {
  /** Under which its position is kept. */
  readonly name: string;
  /** Computes anew what hangs on the touched; the same again must change nothing. `now` in milliseconds. */
  refresh(touched: Touched, now: number): Promise<unknown>;
}

export interface RefresherPorts {
  readonly pool: Queryable;
  readonly log: { readFoldRows(after: number, limit: number): Promise<readonly FoldRow[]> };
  /** How the projector stands. */
  readonly projector: () => { readonly status: string; readonly position: number; readonly lag: number };
  readonly refreshes: readonly Refresh[];
  /** Computes everything anew that the refresh of this name keeps fresh. */
  readonly computeAnew: (name: string) => Promise<unknown>;
  /** False while another process is to do the work. It spares work and guards nothing. */
  readonly mayRun: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often to look, in milliseconds. */
  readonly lookEveryMs?: number;
  /** Most rows that one turn of one refresh looks at. */
  readonly rowsPerTurn?: number;
  /** A refresh that is further behind the graph than so many rows skips them. */
  readonly mostBehind?: number;
  /** Longest pause after failures, in milliseconds. */
  readonly maxPauseMs?: number;
}

export interface Refresher {
  start(): void;
  /** Ends after the refresh that is under way. */
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 500;
const ROWS_PER_TURN = 1_000;
const MOST_BEHIND = 20_000;
/** With more rows than this to fold, the projector has no time to share. */
const PROJECTOR_BUSY_ROWS = 2_000;
const LONGEST_REST_MS = 5_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 60_000;

/** A refresh, and how it fares in this process. */
interface Follower {
  readonly refresh: Refresh;
  failures: number;
  /** When it may run again, by `performance.now()`. */
  resumesAt: number;
}

export function createRefresher(ports: RefresherPorts): Refresher {
  const followers = ports.refreshes.map((refresh): Follower => ({ refresh, failures: 0, resumesAt: 0 }));
  let ending = new AbortController();
  let running: Promise<void> | undefined;

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      for (const follower of followers) {
        if (!signal.aborted && ports.mayRun() && performance.now() >= follower.resumesAt) {
          await takeTurn(ports, follower);
        }
      }
      const workedMs = performance.now() - began;
      const restMs = Math.max(ports.lookEveryMs ?? LOOK_EVERY_MS, Math.min(workedMs, LONGEST_REST_MS));
      await sleep(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  return {
    start() {
      if (running === undefined) {
        ending = new AbortController();
        running = run(ending.signal);
      }
    },
    async stop() {
      ending.abort();
      await running;
      running = undefined;
    },
  };
}

async function takeTurn(ports: RefresherPorts, follower: Follower): Promise<void> {
  const { name } = follower.refresh;
  try {
    await follow(ports, follower.refresh);
    follower.failures = 0;
  } catch (error) {
    follower.failures += 1;
    const pauseMs = Math.min(
      FIRST_PAUSE_MS * 2 ** Math.min(follower.failures - 1, 10),
      ports.maxPauseMs ?? MAX_PAUSE_MS,
    );
    follower.resumesAt = performance.now() + pauseMs;
    ports.logger.warn({ err: error, refresh: name, failures: follower.failures, pauseMs }, 'a refresh failed');
  }
}

async function follow(ports: RefresherPorts, { name, refresh }: Refresh): Promise<void> {
  const { pool, logger } = ports;
  const { status, position: graphAt, lag } = ports.projector();
  const mayWork = status === 'running' && lag <= PROJECTOR_BUSY_ROWS;
  if (!mayWork && status !== 'rebuilding') {
    return;
  }
  // Read anew every time, since another process may have rebuilt the graph up to the very same position.
  const from = await readRefreshPosition(pool, name);
  const skips = from < 0 || graphAt - from > (ports.mostBehind ?? MOST_BEHIND);
  if (from > graphAt || (mayWork && skips)) {
    if (skips) {
      logger.info({ refresh: name, from, to: graphAt }, 'a refresh is far behind: everything is computed anew');
      await ports.computeAnew(name);
    }
    // Where the graph stood before: what came meanwhile is refreshed.
    await writeRefreshPosition(pool, name, { from, to: graphAt });
  } else if (mayWork && from < graphAt) {
    const limit = Math.min(ports.rowsPerTurn ?? ROWS_PER_TURN, graphAt - from);
    const rows = await ports.log.readFoldRows(from, limit);
    await refresh(touchedBy(rows), ports.clock.now());
    await writeRefreshPosition(pool, name, { from, to: from + rows.length });
  }
}
