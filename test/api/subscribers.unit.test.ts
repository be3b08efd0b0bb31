import { describe, expect, it } from 'vitest';
import { createSubscribers, toldBy } from '../../src/api/subscribers.ts';
import type { Caller } from '../../src/core/caller.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const ANN: Caller = { id: 'ann', role: 'user' };
const SHOP: Caller = { id: 'shop', role: 'service' };
const opened = (limits = {}) => createSubscribers({ clock: { now: () => NOW }, ...limits });

/** A stream of numbers that ends when somebody leaves it, or breaks at a number. */
async function numbers(breaksAt = Number.POSITIVE_INFINITY): Promise<AsyncIterableIterator<number>> {
  return (async function* () {
    for (let number = 1; ; number += 1) {
      if (number === breaksAt) {
        throw new Error('It broke.');
      }
      yield number;
    }
  })();
}

/** A stream that tells nothing until somebody leaves it. */
async function silence(): Promise<AsyncIterableIterator<number>> {
  let end = (): void => undefined;
  const ended = new Promise<IteratorResult<number>>((resolve) => {
    end = () => resolve({ done: true, value: undefined });
  });
  const stream: AsyncIterableIterator<number> = {
    next: () => ended,
    async return() {
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}

describe('subscribers', () => {
  it('are so many of one caller, and of all; services speak for many', async () => {
    const subscribers = opened({ mostOfCaller: 1, mostOfAll: 3 });
    const first = await subscribers.admit(ANN, () => numbers());
    const refused = expect.objectContaining({ code: 'SUBSCRIPTIONS_EXCEEDED', retryAfterSeconds: 5 });
    await expect(subscribers.admit(ANN, () => numbers())).rejects.toEqual(refused);
    await subscribers.admit(SHOP, () => numbers());
    await subscribers.admit(SHOP, () => numbers());
    await expect(subscribers.admit(SHOP, () => numbers())).rejects.toEqual(refused);
    await first.return?.();
    await subscribers.admit(ANN, () => numbers());
  });

  it('leave their place free when what they listen to breaks, or cannot be opened', async () => {
    const subscribers = opened({ mostOfCaller: 1 });
    await expect(subscribers.admit(ANN, () => Promise.reject(new Error('Away.')))).rejects.toThrow('Away.');
    const stream = await subscribers.admit(ANN, () => numbers(2));
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await expect(stream.next()).rejects.toThrow('It broke.');
    expect(await stream.next()).toMatchObject({ done: true });
    await subscribers.admit(ANN, () => numbers());
  });

  it('are told when their token has expired, while they wait as well, and nothing after that', async () => {
    const stream = await opened().admit({ ...ANN, expiresAt: NOW + 20 }, silence);
    const { value } = await stream.next();
    expect(() => toldBy(value)).toThrow('The token has expired.');
    expect(await stream.next()).toMatchObject({ done: true });
  });

  it('may have a token for longer than timers count', async () => {
    const stream = await opened().admit({ ...ANN, expiresAt: NOW + 2 ** 40 }, () => numbers());
    expect(toldBy((await stream.next()).value)).toBe(1);
    await stream.return?.();
  });
});
