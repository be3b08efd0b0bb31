import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Logger } from '../core/logger.ts';
import { dedicatedConnection } from './connection.ts';

/** The lease of the projector: any number; it is the same in every process. */
export const PROJECTOR_LEASE = 7_074_004;

const RETRY_MS = 1_000;
/** A connection that does not answer for so long is given up, and the lease with it. */
const PATIENCE_MS = 5_000;
/** Postgres takes the lease away from a process that has said nothing for so long: its machine is gone, or it hangs. */
const SILENCE_MS = 10_000;

/** Of all processes that want a lease one has it, as far as each knows. */
export interface Lease {
  /** False also from the moment at which the connection that holds it is found lost. */
  held(): boolean;
  /** Gives the lease up, so that another process can have it at once. */
  close(): Promise<void>;
}

/**
 * Tries to get the lease of a key every second until it is closed, by an advisory lock on a connection of its own:
 * Postgres takes it away from a process that dies, hangs or is cut off. Such a process may believe for a while that it
 * still has it; what must not be done by two at once needs more than this.
 */
export function openLease(databaseUrl: string, key: number, logger: Logger): Lease {
  const connection = dedicatedConnection(databaseUrl, 'activity-graph lease', logger);
  const stop = new AbortController();
  let holder: Client | undefined;

  async function attempt(): Promise<void> {
    const client = await connection.open();
    if (client === holder) {
      await client.query('SELECT 1');
      return;
    }
    const { rows } = await client.query<{ locked: boolean }>(
      "SELECT pg_try_advisory_lock($1) AS locked, set_config('idle_session_timeout', $2, false)",
      [key, String(SILENCE_MS)],
    );
    if (rows[0]?.locked === true) {
      const lose = (): void => {
        holder = holder === client ? undefined : holder;
      };
      client.once('end', lose).once('error', lose);
      holder = client;
      logger.info({ key }, 'lease: held');
    }
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      // A query on a connection that is dropped fails.
      const impatience = setTimeout(() => connection.drop(), PATIENCE_MS);
      try {
        await attempt();
      } catch (error) {
        logger.debug({ err: error, key }, 'lease: not held');
        holder = undefined;
        connection.drop();
      } finally {
        clearTimeout(impatience);
      }
      await delay(RETRY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    held: () => holder !== undefined,
    async close() {
      stop.abort();
      await running;
      holder = undefined;
      await connection.close();
    },
  };
}
