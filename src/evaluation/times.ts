import { SECOND_MS } from '../core/clock.ts';
import type { Interaction } from './interactions.ts';

/**
 * When each event happened on a clock whose `now` is the newest of them, in milliseconds: the data are moved as a whole,
 * so that what fades has faded by the age it had when the data ended. Events of one time are kept apart by a millisecond
 * in the order of the file, so that "the newest fifty" means the same every time.
 *
 * @returns a time for each event, in their order; all at or before `now`.
 */
export function placeInTime(events: readonly Interaction[], now: number): number[] {
  const newest = events.reduce((latest, { at }) => Math.max(latest, at), 0);
  const times = events.map(({ at }) => now - (newest - at) * SECOND_MS);
  const order = events.map((_, index) => index).sort((a, b) => (times[b] ?? 0) - (times[a] ?? 0) || b - a);
  let before = now + 1;
  for (const index of order) {
    before = Math.min(times[index] ?? now, before - 1);
    times[index] = before;
  }
  return times;
}
