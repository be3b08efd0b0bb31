import { type Caller, mayActForOthers } from '../core/caller.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';

/** Subscriptions of one caller, and of all callers, that one process keeps open. */
const MOST_OF_CALLER = 10;
const MOST_OF_ALL = 5_000;
/** Timers do not count further: some 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Everybody who listens to something here. */
export interface Subscribers {
  /**
   * Opens a stream for a caller, which ends with an error when their token does.
   *
   * @throws AppError `SUBSCRIPTIONS_EXCEEDED`; what `open` throws.
   */
  admit<T>(caller: Caller, open: () => Promise<AsyncIterableIterator<T>>): Promise<AsyncIterableIterator<T | Ended>>;
}

/** The last thing of a stream that ends for a reason. */
class Ended {
  readonly reason: AppError;

  constructor(reason: AppError) {
    this.reason = reason;
  }
}

/** What a stream yields. @throws AppError when it is the reason of its end. */
export function toldBy(yielded: unknown): unknown {
  if (yielded instanceof Ended) {
    throw yielded.reason;
  }
  return yielded;
}

export interface SubscribersOptions {
  readonly clock: Clock;
  readonly mostOfCaller?: number;
  readonly mostOfAll?: number;
}

/** Services and administrators speak for many, so that only the limit of all counts for them. */
export function createSubscribers(options: SubscribersOptions): Subscribers {
  const { clock, mostOfCaller = MOST_OF_CALLER, mostOfAll = MOST_OF_ALL } = options;
  const open = new Map<string, Set<object>>();
  let count = 0;

  function enter(caller: Caller): () => void {
    const own = open.get(caller.id) ?? new Set();
    if (count >= mostOfAll || (own.size >= mostOfCaller && !mayActForOthers(caller))) {
      const most = count >= mostOfAll ? `${mostOfAll} in this process` : `${mostOfCaller} of one caller`;
      throw new AppError('SUBSCRIPTIONS_EXCEEDED', `No more than ${most} may be open.`, { retryAfterSeconds: 5 });
    }
    const place = {};
    count += 1;
    open.set(caller.id, own.add(place));
    return () => {
      if (own.delete(place)) {
        count -= 1;
      }
      if (own.size === 0 && open.get(caller.id) === own) {
        open.delete(caller.id);
      }
    };
  }

  return {
    async admit(caller, openStream) {
      const leave = enter(caller);
      try {
        const stream = endable(await openStream());
        const expires = endAt(caller, clock, () => stream.end(new AppError('AUTH_REQUIRED', 'The token has expired.')));
        void stream.over.then(() => {
          clearTimeout(expires);
          leave();
        });
        return stream.values;
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}

function endAt({ expiresAt }: Caller, clock: Clock, end: () => void): ReturnType<typeof setTimeout> | undefined {
  const leftMs = (expiresAt ?? Number.POSITIVE_INFINITY) - clock.now();
  return leftMs > LONGEST_TIMER_MS ? undefined : setTimeout(end, Math.max(leftMs, 0)).unref();
}

type Next<T> = IteratorResult<T | Ended, undefined>;

/** A stream that can be ended from outside, also while somebody waits for its next value. */
function endable<T>(stream: AsyncIterableIterator<T>) {
  let waiting: ((next: Next<T>) => void) | undefined;
  let last: Next<T> | undefined;
  const { promise: over, resolve: isOver } = deferred();

  /** Whoever waits is told why it ended, and everybody after them that it did. */
  function finish(next: Next<T>): void {
    if (last === undefined) {
      last = next;
      isOver();
      void stream.return?.();
      waiting?.(takeLast());
    }
  }

  function takeLast(): Next<T> {
    const next = last ?? done();
    last = done();
    waiting = undefined;
    return next;
  }

  const values: AsyncIterableIterator<T | Ended, undefined> = {
    next: () =>
      last === undefined
        ? new Promise((resolve, reject) => {
            waiting = resolve;
            stream.next().then(
              (next) => {
                if (next.done === true) {
                  finish(done());
                } else if (waiting === resolve) {
                  waiting = undefined;
                  resolve(next);
                }
              },
              (error: unknown) => {
                reject(error);
                finish(done());
              },
            );
          })
        : Promise.resolve(takeLast()),
    async return() {
      finish(done());
      return done();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return { values, over, end: (reason: AppError) => finish({ done: false, value: new Ended(reason) }) };
}

function done(): { readonly done: true; readonly value: undefined } {
  return { done: true, value: undefined };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
