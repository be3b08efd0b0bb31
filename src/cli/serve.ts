import { once } from 'node:events';
import { listen } from '../api/serve.ts';
import { openApi, openApp } from '../app.ts';
import { readConfig } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import { createLogger } from '../core/logger.ts';
import { openStores } from '../embedded/stores.ts';
import { type TunedApp, tuneFeed } from '../evaluation/tune-feed.ts';
import { type CommandContext, print } from './context.ts';

/** How long running requests may take to end after the service was asked to stop. */
const GRACE_MS = 10_000;

/**
 * The service: stores, projector, jobs and the API, until SIGTERM or SIGINT. Stops in the opposite order, so that
 * nothing is accepted that could not be written.
 */
export async function runServe(context: CommandContext): Promise<void> {
  const config = readConfig(context.environment);
  const logger = createLogger(config.logLevel);
  const { stopping, signal } = stopSignal();
  const stores = await openStores({
    config,
    logger,
    purpose: 'serve',
    port: config.port,
    signal,
    progress: (line) => print(context, line),
  });
  try {
    const app = await openApp({
      config,
      addresses: stores.addresses,
      logger,
      ...(config.tuneFeed ? { tune: (parts: TunedApp, stop: AbortSignal) => tuneFeed(parts, { signal: stop }) } : {}),
    });
    try {
      const api = await openApi(app, stores.addresses);
      try {
        app.projector.start();
        app.refresher.start();
        await app.scheduler.start();
        const listening = await listen(api.handler, config).catch((error: unknown) => {
          throw portError(error, config.port);
        });
        print(context, await greeting(`http://localhost:${listening.port}`, await app.log.head()));
        await stopping;
        print(context, 'Stopping …');
        await listening.close(GRACE_MS);
      } finally {
        await api.close();
      }
    } finally {
      await app.close();
    }
  } finally {
    await stores.stop();
  }
}

/** The first SIGTERM or SIGINT; later ones change nothing, so that an impatient Ctrl-C loses nothing. */
function stopSignal(): { readonly stopping: Promise<unknown>; readonly signal: AbortSignal } {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('The service was asked to stop'));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return { stopping: once(controller.signal, 'abort'), signal: controller.signal };
}

async function greeting(url: string, head: number): Promise<string> {
  const lines = [`ActivityGraph answers at ${url} (API: ${url}/docs, GraphQL: ${url}/graphql)`];
  if (head === 0) {
    lines.push(
      'The log is empty. In another terminal:',
      '  npx activity-graph demo                                      makes a community up and shows three feeds',
      '  npm run --silent token -- --user 7 --role user               prints a token for the API',
    );
  }
  return lines.join('\n');
}

function portError(error: unknown, port: number): unknown {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return taken
    ? new AppError('ALREADY_RUNNING', `Port ${port} is in use by another process.`, { cause: error })
    : error;
}
