import { readFile } from 'node:fs/promises';
import { SECOND_MS } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';

/** The fact that somebody wrote to somebody. */
export interface Message {
  readonly from: string;
  readonly to: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const LINE = /^(\S+)\s+(\S+)\s+(\d+)$/;

/**
 * Reads lines of `from to unix-seconds`, in the order of time. Messages to oneself are left out.
 *
 * @throws AppError `REQUEST_MALFORMED` naming the first line that is none.
 */
export async function readMessages(file: string): Promise<readonly Message[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const messages = lines.flatMap((line, index): Message[] => {
    const [, from, to, seconds] = LINE.exec(line.trim()) ?? [];
    if (from === undefined || to === undefined) {
      if (line.trim() !== '') {
        throw new AppError('REQUEST_MALFORMED', `${file}, line ${index + 1}: must be "from to unix-seconds"`);
      }
      return [];
    }
    return from === to ? [] : [{ from, to, at: Number(seconds) * SECOND_MS }];
  });
  return messages.sort((a, b) => a.at - b.at);
}

export interface Split {
  /** What is known. */
  readonly train: readonly Message[];
  /** What is to be foretold: everything after it. */
  readonly test: readonly Message[];
}

/** Splits at a share of the time between the first and the last message, or of their number. */
export function splitMessages(messages: readonly Message[], share: number, by: 'time' | 'count'): Split {
  const [first, last] = [messages[0]?.at ?? 0, messages.at(-1)?.at ?? 0];
  const until = first + share * (last - first);
  const known = by === 'time' ? messages.filter(({ at }) => at <= until).length : Math.round(share * messages.length);
  return { train: messages.slice(0, known), test: messages.slice(known) };
}
