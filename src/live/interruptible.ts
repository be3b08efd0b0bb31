/**
 * What a generator yields, for whoever may leave at any time. A generator that waits for something cannot be ended from
 * outside until it has got it; `interrupt` makes it stop waiting.
 */
export function interruptible<T>(generator: AsyncGenerator<T>, interrupt: () => void): AsyncIterableIterator<T> {
  return {
    next: () => generator.next(),
    return() {
      interrupt();
      return generator.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
