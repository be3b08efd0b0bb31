import { setTimeout as delay } from 'node:timers/promises';

export interface Wait {
  readonly timeoutMs: number;
  readonly intervalMs?: number;
}

/** Asks `condition` until it gives something other than undefined or false. Undefined: it did not within the time. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs, intervalMs = 50 }: Wait,
): Promise<NonNullable<Exclude<T, false>> | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>;
    if (performance.now() >= deadline) return undefined;
    await delay(intervalMs);
  }
}
