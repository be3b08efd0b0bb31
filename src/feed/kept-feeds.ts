import type { WalkedFeed } from './snapshot.ts';

/** Ranked feeds that this process made or read last, by their ids. */
export interface KeptFeeds {
  get(id: string): WalkedFeed | undefined;
  put(snapshot: WalkedFeed): void;
}

/** Some 300 items each: a hundred kilobytes or two. */
const MOST_KEPT = 100;

/** Whoever walks a feed reads it from Postgres page by page otherwise, and most of its pages follow soon. */
export function createKeptFeeds(most = MOST_KEPT): KeptFeeds {
  const kept = new Map<string, WalkedFeed>();
  return {
    get: (id) => kept.get(id),
    put(snapshot) {
      kept.set(snapshot.id, snapshot);
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) {
        kept.delete(oldest);
      }
    },
  };
}
