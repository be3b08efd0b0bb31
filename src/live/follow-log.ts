import { type Bell, createBell } from '../core/bell.ts';
import { HOUR_MS } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';

/**
 * Follows the log for any number of subscribers, so that each append is read once in a process however many listen.
 * What Postgres notifies of is an alarm clock and nothing more: what there is to tell is read from the log, from the
 * position that was reached on. A notice that was lost is therefore only late: the log is looked at now and then anyway.
 */
export interface FollowPorts {
  readonly log: {
    head(): Promise<number>;
    listen(onAppended: (position: number) => void): () => void;
  };
  readonly logger: Logger;
  /** True while nobody listens: the log is then not read. */
  readonly idle: () => boolean;
  /** Where to begin when somebody listens again and the log ends at `head`. */
  readonly beginAt: (head: number) => number;
  /** Reads of what came after `from`, up to `head`, as much as it likes and tells it; returns how far it got. */
  readonly tell: (from: number, head: number, stop: AbortSignal) => Promise<number>;
  /** How often to look without being told, in milliseconds. */
  readonly pollMs?: number;
}

export interface Following {
  /** Has the log looked at; the first time begins to follow it. */
  wake(): void;
  close(): Promise<void>;
}

const POLL_MS = 2_000;
const PAUSE_MS = 1_000;

export function followLog(ports: FollowPorts): Following {
  const bell = createBell();
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  return {
    wake() {
      running ??= run(ports, bell, stop.signal);
      bell.ring();
    },
    async close() {
      stop.abort();
      bell.ringLast();
      await running;
    },
  };
}

async function run(ports: FollowPorts, bell: Bell, stop: AbortSignal): Promise<void> {
  const { log, logger, idle, pollMs = POLL_MS } = ports;
  let heard = 0;
  let position: number | undefined;
  const unlisten = log.listen((appended) => {
    heard = Math.max(heard, appended);
    bell.ring();
  });
  while (!stop.aborted) {
    if (idle()) {
      position = undefined;
      await bell.wait(HOUR_MS);
      continue;
    }
    try {
      if (position === undefined || heard <= position) {
        heard = Math.max(heard, await log.head());
      }
      const from = position ?? ports.beginAt(heard);
      position = await ports.tell(from, heard, stop);
      if (position >= heard || position <= from) {
        await bell.wait(pollMs);
      }
    } catch (error) {
      logger.warn({ err: error, position }, 'what is new in the log could not be told; trying again');
      await bell.waitForLast(Math.min(PAUSE_MS, pollMs));
    }
  }
  unlisten();
}
