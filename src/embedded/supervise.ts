import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../core/logger.ts';
import type { EmbeddedStore, RunningStore } from './embedded-store.ts';
import { launchAndWait, stopStore } from './open-store.ts';
import { isRunning, type ProcessIdentity } from './processes.ts';
import { boundLog } from './store-log.ts';

const LOOK_EVERY_MS = 250;
const BOUND_LOG_EVERY_LOOKS = 240;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;

export interface Supervision {
  stop(): Promise<void>;
  /** Stops watching only. */
  leave(): void;
}

/**
 * Starts a store again, at the same port, whenever its process is gone, until `stop`.
 *
 * It looks instead of waiting for the event of the child, because an adopted store is nobody's child any more.
 */
export function supervise(
  store: EmbeddedStore,
  running: RunningStore,
  { logger, onRestart }: { logger: Logger; onRestart: (process: ProcessIdentity) => Promise<void> },
): Supervision {
  let current = running.process;
  let looks = 0;
  let restarting: Promise<void> | undefined;
  const stopping = new AbortController();

  const timer = setInterval(() => {
    looks += 1;
    if (looks % BOUND_LOG_EVERY_LOOKS === 0) boundLog(store.logFile);
    if (restarting !== undefined || isRunning(current)) return;
    restarting = restart().finally(() => {
      restarting = undefined;
    });
  }, LOOK_EVERY_MS).unref();

  async function restart(): Promise<void> {
    logger.error({ store: store.name, pid: current.pid }, 'a store has ended unasked; restarting it');
    for (let pauseMs = FIRST_PAUSE_MS; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await store.prepare();
        current = await launchAndWait(store, running.port, stopping.signal);
        logger.info({ store: store.name, pid: current.pid }, 'restarted a store');
        await onRestart(current);
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        logger.error({ store: store.name, err: error, pauseMs }, 'a store could not be restarted; trying again');
        await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  function leave(): void {
    clearInterval(timer);
    stopping.abort();
  }

  return {
    leave,
    async stop() {
      leave();
      await restarting;
      const killed = await stopStore(store, current);
      if (killed) logger.warn({ store: store.name, pid: current.pid }, 'a store had to be killed');
    },
  };
}
