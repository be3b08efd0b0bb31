import { storeOf } from './browser.ts';
import type { Queued } from './sender.ts';

const KEY = 'activity-graph-unsent';

/** What a page left behind that may not have arrived. Whoever reads it has it: it is sent again, under the same ids. */
export function readUnsent(): readonly Queued[] {
  const store = storeOf('localStorage');
  try {
    const found: unknown = JSON.parse(store?.getItem(KEY) ?? '[]');
    store?.removeItem(KEY);
    return Array.isArray(found) ? (found as Queued[]) : [];
  } catch {
    return [];
  }
}

/** Keeps what may not arrive for the next page; nothing where a browser keeps nothing. */
export function writeUnsent(unsent: readonly Queued[]): void {
  const store = storeOf('localStorage');
  try {
    if (unsent.length > 0) {
      store?.setItem(KEY, JSON.stringify(unsent));
    } else {
      store?.removeItem(KEY);
    }
  } catch {
    // The store is full: the browser has most of it on its way anyway.
  }
}
