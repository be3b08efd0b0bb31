import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type App, openApp } from '../app.ts';
import type { Clock } from '../core/clock.ts';
import { readConfig } from '../core/config.ts';
import type { Logger } from '../core/logger.ts';
import { openStores } from '../embedded/stores.ts';

/**
 * Runs `work` on the application over embedded stores of its own, which are deleted afterwards, so that nobody's data are
 * touched. Settings of the environment do not count.
 *
 * @throws AppError `STORE_START_FAILED`
 */
export async function withThrowawayApp<T>(
  options: { readonly logger: Logger; readonly clock?: Clock; readonly progress?: (line: string) => void },
  work: (app: App) => Promise<T>,
): Promise<T> {
  const { logger, clock, progress = () => undefined } = options;
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-'));
  const config = readConfig({ DATA_DIR: dataDir });
  const stores = await openStores({ config, logger, purpose: 'serve', progress });
  try {
    const app = await openApp({
      config,
      addresses: stores.addresses,
      logger,
      ...(clock === undefined ? {} : { clock }),
    });
    try {
      await app.prepareGraph();
      return await work(app);
    } finally {
      await app.close();
    }
  } finally {
    await stores.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** When data end that are judged or learned from: the time of a run must not change what comes out. */
export const REPLAY_END = Date.UTC(2026, 0, 1);
