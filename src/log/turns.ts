import { setImmediate } from 'node:timers/promises';

const ITEMS_PER_TURN = 200;

/**
 * Works through a list and lets the event loop turn in between, so that the answers of Postgres are taken and the next
 * questions sent while this process computes.
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (items: readonly Item[], from: number) => readonly Result[],
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += ITEMS_PER_TURN) {
    if (from > 0) {
      await setImmediate();
    }
    for (const result of work(items.slice(from, from + ITEMS_PER_TURN), from)) {
      results.push(result);
    }
  }
  return results;
}
