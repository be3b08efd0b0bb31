/** What a loop waits for with nothing to do: somebody rings, or the time is up. */
export interface Bell {
  /** Ends the current wait, or else the next one at once. */
  ring(): void;
  /** Ends every wait from now on. */
  ringLast(): void;
  /** True when it rang, false when the time was up. */
  wait(timeoutMs: number): Promise<boolean>;
  /** A wait that only `ringLast` ends early. */
  waitForLast(timeoutMs: number): Promise<boolean>;
}

export function createBell(): Bell {
  let rung = false;
  let last = false;
  let wake: ((byLast: boolean) => void) | undefined;
  const wait = (timeoutMs: number, deaf: boolean): Promise<boolean> => {
    if (last || (rung && !deaf)) {
      rung = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(false), timeoutMs);
      const end = (byBell: boolean): void => {
        clearTimeout(timer);
        wake = undefined;
        rung &&= deaf;
        resolve(byBell);
      };
      wake = (byLast) => {
        if (byLast || !deaf) {
          end(true);
        }
      };
    });
  };
  return {
    ring() {
      rung = true;
      wake?.(false);
    },
    ringLast() {
      last = true;
      wake?.(true);
    },
    wait: (timeoutMs) => wait(timeoutMs, false),
    waitForLast: (timeoutMs) => wait(timeoutMs, true),
  };
}
