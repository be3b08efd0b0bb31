import { storeOf } from './browser.ts';
import type { Queued } from './sender.ts';

/** What pages of one person left behind that may not have arrived. Each page has an entry of its own: tabs do not know of each other. */
export interface Unsent {
  /** Whoever reads it has it: it is sent again, under the same ids. */
  take(): readonly Queued[];
  /** Keeps what may not arrive for the next page of this person; nothing where a browser keeps nothing. */
  keep(unsent: readonly Queued[]): void;
}

export function unsentOf(user: string, page: string): Unsent {
  const prefix = `activity-graph-unsent ${user} `;
  const store = storeOf('localStorage');
  return {
    take() {
      try {
        const keys = Object.keys(store ?? {}).filter((key) => key.startsWith(prefix));
        return keys.flatMap((key): readonly Queued[] => {
          const found: unknown = JSON.parse(store?.getItem(key) ?? '[]');
          store?.removeItem(key);
          return Array.isArray(found) ? (found as Queued[]) : [];
        });
      } catch {
        return [];
      }
    },
    keep(unsent) {
      try {
        if (unsent.length > 0) {
          store?.setItem(prefix + page, JSON.stringify(unsent));
        } else {
          store?.removeItem(prefix + page);
        }
      } catch {
        // The store is full: the browser has most of it on its way anyway.
      }
    },
  };
}
