import { AppError } from '../../core/errors.ts';

/** Lets a few run at a time; the next in line gets the turn of whoever ends. */
export interface Turns {
  /** Waits for a turn; the answer gives it back. @throws AppError `CYPHER_BUSY` */
  take(patienceMs: number): Promise<() => void>;
}

export function createTurns(atOnce: number, mostWaiting: number): Turns {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const busy = (): AppError =>
    new AppError('CYPHER_BUSY', `${atOnce} queries run already and others wait.`, { retryAfterSeconds: 2 });
  return {
    async take(patienceMs) {
      if (free > 0) {
        free -= 1;
        return giveBack;
      }
      if (waiting.length >= mostWaiting) throw busy();
      await new Promise<void>((resolve, reject) => {
        const turn = (): void => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(turn), 1);
          reject(busy());
        }, patienceMs);
        waiting.push(turn);
      });
      return giveBack;
    },
  };
}
