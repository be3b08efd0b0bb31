import { setTimeout as sleep } from 'node:timers/promises';

/** Waits between two pieces of work, given how long the last one took in milliseconds. */
export type Rest = (workedMs: number) => Promise<unknown>;

const LONGEST_REST_MS = 1_000;

/** At least half of the time the graph is the projector's and the feed's. */
export function restAsLong(workedMs: number): Promise<unknown> {
  return sleep(Math.min(workedMs, LONGEST_REST_MS));
}
