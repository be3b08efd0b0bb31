import type { Logger } from '../../core/logger.ts';
import { APPEND_CHANNEL } from '../append/append-lock.ts';
import { dedicatedConnection } from '../connection.ts';

const PAUSE_MS = 500;

export interface Listening {
  close(): Promise<void>;
}

/**
 * Hears of commits of every process by LISTEN, on a connection of its own. When that is lost it is made again, and
 * `readHead` tells what was missed in between.
 */
export function listenToAppends(options: {
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly readHead: () => Promise<number>;
  readonly onHead: (position: number) => void;
}): Listening {
  const connection = dedicatedConnection(options.databaseUrl, 'activity-graph listener', options.logger);
  const stop = new AbortController();

  async function listenOnce(): Promise<void> {
    const client = await connection.open();
    if (stop.signal.aborted) {
      return;
    }
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.once('error', () => resolve());
      stop.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', ({ payload }) => {
      const position = Number(payload);
      if (Number.isSafeInteger(position)) {
        options.onHead(position);
      }
    });
    await client.query(`LISTEN ${APPEND_CHANNEL}`);
    options.onHead(await options.readHead());
    await ended;
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await listenOnce().catch((error: unknown) => options.logger.debug({ err: error }, 'Not listening to appends'));
      connection.drop();
      await pause(stop.signal);
    }
  }

  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
      await connection.close();
    },
  };
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, PAUSE_MS);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
