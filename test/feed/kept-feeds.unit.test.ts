import { expect, test } from 'vitest';
import { createKeptFeeds } from '../../src/feed/kept-feeds.ts';
import type { WalkedFeed } from '../../src/feed/snapshot.ts';

const snapshot = (id: string) => ({ id }) as WalkedFeed;

test('so many feeds are kept, and of more the oldest go', () => {
  const kept = createKeptFeeds(2);
  for (const id of ['a', 'b', 'b', 'c']) {
    kept.put(snapshot(id));
  }
  expect(['a', 'b', 'c'].map((id) => kept.get(id)?.id)).toEqual([undefined, 'b', 'c']);
});
