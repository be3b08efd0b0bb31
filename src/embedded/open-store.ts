import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, isAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type EmbeddedStore, type RunningStore, StoreRefusal } from './embedded-store.ts';
import { endProcess, isRunning, type ProcessIdentity } from './processes.ts';
import { logSize, logTail } from './store-log.ts';
import { waitFor } from './waiting.ts';

const READY_TIMEOUT_MS = 120_000;
const ADOPTION_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 30_000;
const START_ATTEMPTS = 6;

/** Gone before the next attempt: orphans of a killed Postgres that still hold its memory, a port taken in between. */
const PASSING = /pre-existing shared memory block|address already in use|could not bind|failed to bind/i;

export interface Opening {
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The store that runs on these files already, or else a new one.
 *
 * @throws AppError `STORE_START_FAILED`
 */
export async function openStore(store: EmbeddedStore, opening: Opening): Promise<RunningStore> {
  try {
    return (await adopt(store, opening)) ?? (await start(store, opening));
  } catch (error) {
    throw isAppError(error) ? error : startFailed(store, error);
  }
}

/** Waits for a process to answer. Ends it when it does not, so that a failed start leaves nothing behind. */
export async function launchAndWait(
  store: EmbeddedStore,
  port: number,
  signal?: AbortSignal,
): Promise<ProcessIdentity> {
  const logFrom = logSize(store.logFile);
  const process = await store.launch(port);
  try {
    await waitUntilReady(store, { process, port }, { timeoutMs: READY_TIMEOUT_MS, logFrom, signal });
    return process;
  } catch (error) {
    await stopStore(store, process);
    throw error;
  }
}

/** Returns true when the store had to be killed. */
export function stopStore(store: EmbeddedStore, process: ProcessIdentity): Promise<boolean> {
  return endProcess(process, store.stopSignal, STOP_GRACE_MS);
}

async function adopt(store: EmbeddedStore, { logger, signal }: Opening): Promise<RunningStore | undefined> {
  const running = await store.findRunning();
  if (running === undefined) return undefined;
  const { process, port } = running;
  try {
    await waitUntilReady(store, running, { timeoutMs: ADOPTION_TIMEOUT_MS, logFrom: logSize(store.logFile), signal });
    logger.info({ store: store.name, pid: process.pid, port }, 'adopted a running store');
    return running;
  } catch (error) {
    if (error instanceof StoreRefusal || signal?.aborted === true) throw error;
    logger.warn({ store: store.name, pid: process.pid, err: error }, 'a running store does not answer; restarting it');
    await stopStore(store, process);
    return undefined;
  }
}

async function start(store: EmbeddedStore, { logger, signal }: Opening): Promise<RunningStore> {
  await store.prepare();
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const port = await freePort();
    const startedAt = performance.now();
    try {
      const process = await launchAndWait(store, port, signal);
      const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
      logger.info({ store: store.name, pid: process.pid, port, seconds }, 'started a store');
      return { process, port };
    } catch (error) {
      const passing = error instanceof Error && PASSING.test(error.message);
      if (!passing || attempt === START_ATTEMPTS) throw error;
      await delay(250 * attempt);
    }
  }
}

interface Readiness {
  readonly timeoutMs: number;
  readonly logFrom: number;
  readonly signal: AbortSignal | undefined;
}

async function waitUntilReady(store: EmbeddedStore, running: RunningStore, readiness: Readiness): Promise<void> {
  const { timeoutMs, logFrom, signal } = readiness;
  let last: unknown;
  const ready = await waitFor(
    async () => {
      signal?.throwIfAborted();
      if (!isRunning(running.process)) {
        throw new Error(`it ended while starting; the end of ${store.logFile}:\n${logTail(store.logFile, logFrom)}`);
      }
      try {
        await store.probe(running.port);
        return true;
      } catch (error) {
        if (error instanceof StoreRefusal) throw error;
        last = error;
        return false;
      }
    },
    { timeoutMs, intervalMs: 100 },
  );
  if (ready === undefined) {
    throw new Error(`it did not answer on port ${running.port} within ${timeoutMs / 1000} s (${messageOf(last)})`);
  }
}

function startFailed(store: EmbeddedStore, error: unknown): AppError {
  return new AppError('STORE_START_FAILED', `The embedded ${store.name} did not start: ${messageOf(error)}`, {
    cause: error,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A port that was free a moment ago; `start` tries another when somebody was faster. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
