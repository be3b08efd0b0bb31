import pg, { type Client } from 'pg';
import type { Logger } from '../core/logger.ts';
import { clientConfig } from './database.ts';

/** A batch that waits longer than this for anything is given up; its senders try again. */
const STATEMENT_TIMEOUT_MS = 30_000;
const KEEPALIVES =
  'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4; SET tcp_user_timeout = 30000';
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** One connection that is made again when it is lost. */
export interface DedicatedConnection {
  /** The open connection; connects if there is none. Rejects at once while a pause after a failed attempt lasts. */
  open(): Promise<Client>;
  /** Gives the connection up; the next `open` makes a new one. */
  drop(): void;
  close(): Promise<void>;
}

/** @param settings - SET statements for each connection that is made. */
export function dedicatedConnection(
  databaseUrl: string,
  applicationName: string,
  logger: Logger,
  settings = '',
): DedicatedConnection {
  let client: Client | undefined;
  let failure: { readonly error: unknown; readonly until: number; readonly pauseMs: number } | undefined;

  const forget = (lost: Client): void => {
    if (client === lost) {
      client = undefined;
    }
  };

  async function connect(): Promise<Client> {
    const fresh = new pg.Client({
      ...clientConfig(databaseUrl, { applicationName }),
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: STATEMENT_TIMEOUT_MS,
      // If this process hangs inside a transaction, others must get the append lock.
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    });
    fresh.on('error', (error) => {
      logger.warn({ err: error, connection: applicationName }, 'The connection to Postgres was lost');
      forget(fresh);
    });
    fresh.on('end', () => forget(fresh));
    await fresh.connect();
    // A client that vanished without a word is noticed within half a minute, and what it held is free again.
    await fresh.query(`${KEEPALIVES};${settings}`);
    return fresh;
  }

  return {
    async open() {
      if (client !== undefined) {
        return client;
      }
      if (failure !== undefined && performance.now() < failure.until) {
        throw failure.error;
      }
      try {
        client = await connect();
        failure = undefined;
        return client;
      } catch (error) {
        const pauseMs = Math.min((failure?.pauseMs ?? FIRST_PAUSE_MS / 2) * 2, LONGEST_PAUSE_MS);
        failure = { error, until: performance.now() + pauseMs, pauseMs };
        throw error;
      }
    },
    drop() {
      const lost = client;
      client = undefined;
      // Ending cuts a connection on which a query still runs.
      lost?.end().catch(() => undefined);
    },
    async close() {
      const open = client;
      client = undefined;
      await open?.end().catch(() => undefined);
    },
  };
}
