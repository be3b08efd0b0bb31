import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type App, openApp } from '../app.ts';
import type { Clock } from '../core/clock.ts';
import { readConfig } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { openStores, type StoreAddresses } from '../embedded/stores.ts';

export interface EmbeddedAppOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly progress?: (line: string) => void;
  /** Ends the work in the place of signals to the process: for work within a service that ends in its own order. */
  readonly signal?: AbortSignal;
}

type Work<T> = (app: App, addresses: StoreAddresses) => Promise<T>;

/**
 * Runs `work` on the application over embedded stores of its own, which are deleted afterwards, so that nobody's data are
 * touched. Settings of the environment do not count.
 *
 * @throws AppError `STORE_START_FAILED`, `WORK_INTERRUPTED` when the process is asked to stop meanwhile
 */
export async function withThrowawayApp<T>(options: EmbeddedAppOptions, work: Work<T>): Promise<T> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-'));
  try {
    return await withEmbeddedApp(dataDir, options, work);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** As `withThrowawayApp`, over stores in `dataDir` that stay there. */
export async function withEmbeddedApp<T>(
  dataDir: string,
  { logger, clock, progress = () => undefined, signal }: EmbeddedAppOptions,
  work: Work<T>,
): Promise<T> {
  const config = readConfig({ DATA_DIR: dataDir });
  const interruption = interrupted(signal);
  try {
    const stores = await openStores({ config, logger, purpose: 'serve', progress, signal: interruption.signal });
    try {
      const given = clock === undefined ? {} : { clock };
      const app = await openApp({ config, addresses: stores.addresses, logger, ...given });
      try {
        await app.prepareGraph();
        return await Promise.race([work(app, stores.addresses), interruption.happened]);
      } finally {
        await app.close();
      }
    } finally {
      await stores.stop();
    }
  } finally {
    interruption.forget();
  }
}

/** SIGINT and SIGTERM end the work, so that its stores do not outlive it: nobody would ever find and stop them. */
function interrupted(given?: AbortSignal): {
  readonly signal: AbortSignal;
  readonly happened: Promise<never>;
  forget(): void;
} {
  const controller = new AbortController();
  const { signal } = controller;
  const happened = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  happened.catch(() => undefined);
  const stop = (): void =>
    controller.abort(new AppError('WORK_INTERRUPTED', 'The work was stopped before it was done'));
  if (given === undefined) {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } else if (given.aborted) {
    stop();
  } else {
    given.addEventListener('abort', stop, { once: true });
  }
  return {
    signal,
    happened,
    forget() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      given?.removeEventListener('abort', stop);
    },
  };
}

/** When data end that are judged or learned from: the time of a run must not change what comes out. */
export const REPLAY_END = Date.UTC(2026, 0, 1);
