import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type App, openApp } from '../app.ts';
import type { Clock } from '../core/clock.ts';
import { openStores } from '../embedded/stores.ts';
import { type CommandContext, openCommand } from './context.ts';

/**
 * Runs `work` on the application over embedded stores of its own, which are deleted afterwards, so that nobody's data are
 * touched. Settings of the environment that name other stores do not count.
 */
export async function withThrowawayApp<T>(
  context: CommandContext,
  options: { readonly clock?: Clock; readonly progress: (line: string) => void },
  work: (app: App) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-'));
  const environment = { LOG_LEVEL: context.environment['LOG_LEVEL'], DATA_DIR: dataDir };
  const { config, logger } = openCommand({ ...context, environment });
  const { clock, progress } = options;
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
