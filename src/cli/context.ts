import { type App, openApp } from '../app.ts';
import { type Config, readConfig } from '../core/config.ts';
import { createLogger, type Logger } from '../core/logger.ts';
import { openStores } from '../embedded/stores.ts';
import { tuneFeed } from '../evaluation/tune-feed.ts';

/** What a command is given: the environment's settings and where to write. */
export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

export interface OpenedCommand {
  readonly config: Config;
  readonly logger: Logger;
}

/** Commands speak to a person: of the service's own log lines only warnings are shown, unless LOG_LEVEL asks for more. */
export function openCommand(context: CommandContext): OpenedCommand {
  const config = readConfig(context.environment);
  return { config, logger: createLogger(context.environment['LOG_LEVEL'] === undefined ? 'warn' : config.logLevel) };
}

/**
 * Runs `work` on the stores of the running service, or else on stores that are started for it and stopped when it is
 * done.
 */
export async function withApp<T>(context: CommandContext, work: (app: App, alone: boolean) => Promise<T>): Promise<T> {
  const { config, logger } = openCommand(context);
  const progress = (line: string): void => void context.err.write(`${line}\n`);
  const stores = await openStores({ config, logger, purpose: 'command', progress });
  try {
    const app = await openApp({
      config,
      addresses: stores.addresses,
      logger,
      tune: (parts, signal) => tuneFeed(parts, { signal }),
    });
    try {
      return await work(app, stores.owned);
    } finally {
      await app.close();
    }
  } finally {
    await stores.stop();
  }
}

export function print(context: CommandContext, text: string): void {
  context.out.write(`${text}\n`);
}
