import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FoldRow } from '../../src/activity/fold-row.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/core/clock.ts';
import { createLogger } from '../../src/core/logger.ts';
import { createFeedUpdates, type FeedUpdatesPorts } from '../../src/live/feed-updates.ts';

const row = (position: number, part: Partial<FoldRow>): FoldRow => ({
  position,
  uid: `uid-${position}`,
  kind: 'alias',
  signals: [],
  changes: [],
  structure: null,
  ...part,
});

const madeBy = (author: string): FoldRow['structure'] => ({
  object: 'post:late',
  createdAt: 0,
  author,
  tags: [],
  community: null,
  replyTo: null,
  visibility: 'public',
  deletedAt: null,
});

/** Feed updates over rows that a test adds. */
function follow(ports: Pick<FeedUpdatesPorts, 'tiesOf'> & Partial<FeedUpdatesPorts>) {
  const rows: FoldRow[] = [];
  const updates = createFeedUpdates({
    // Of what others did here nothing is asked of it.
    pool: undefined as unknown as Pool,
    log: {
      head: async () => rows.length,
      listen: () => () => undefined,
      readFoldRows: async (after, limit) => rows.slice(after, after + limit),
    },
    projection: {
      get position() {
        return rows.length;
      },
      waitFor: async () => true,
    },
    clock: { now: () => 0 },
    logger: createLogger('silent'),
    pollMs: 5,
    paceMs: 5,
    ...ports,
  });
  return { rows, updates };
}

it('updates of a feed go on for who gets another id meanwhile', async () => {
  const asked: string[] = [];
  const { rows, updates } = follow({
    tiesOf: async (person) => {
      asked.push(person);
      return [];
    },
  });
  const stream = await updates.subscribe('guest');
  expect((await stream.next()).value).toMatchObject({ person: 'guest', reasons: ['STARTED'] });
  const next = stream.next();
  // The log is followed from its end on.
  await new Promise((resolve) => void setTimeout(resolve, 50));
  rows.push(row(1, { changes: [{ edge: 'ALIAS', from: 'guest', to: 'iris' }] }));
  expect((await next).value).toMatchObject({ person: 'iris', position: 1, reasons: ['OWN_ACTIVITY'] });
  expect(asked).toEqual(['guest', 'iris']);
  rows.push(row(2, { changes: [{ edge: 'INTERESTED_IN', from: 'iris', to: 'jazz', declared: true }] }));
  expect((await stream.next()).value).toMatchObject({ person: 'iris', position: 2, reasons: ['OWN_ACTIVITY'] });
  await updates.close();
});

describe('ties that were read long ago', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are read again before something is told by them, and not while nothing happens', async () => {
    let asked = 0;
    let ties = [{ person: 'bo', witness: true }];
    const { rows, updates } = follow({
      tiesOf: async () => {
        asked += 1;
        return ties;
      },
    });
    const stream = await updates.subscribe('ann');
    await stream.next();
    const next = stream.next();
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    expect(asked).toBe(1);
    // Bo is none of Ann's ties any more, by his own doing: what he makes is not told.
    ties = [];
    rows.push(row(1, { structure: madeBy('bo') }));
    await vi.advanceTimersByTimeAsync(SECOND_MS);
    expect(asked).toBe(2);
    rows.push(row(2, { changes: [{ edge: 'INTERESTED_IN', from: 'ann', to: 'jazz', declared: true }] }));
    await vi.advanceTimersByTimeAsync(SECOND_MS);
    expect((await next).value).toMatchObject({ position: 2, reasons: ['OWN_ACTIVITY'] });
    await updates.close();
  });

  it('are followed to the id that a tie has now, and read again at once when a block ends', async () => {
    const asked: string[] = [];
    let away = false;
    const { rows, updates } = follow({
      pool: { query: async () => ({ rows: [] }) } as unknown as Pool,
      tiesOf: async (person) => {
        asked.push(person);
        if (away) {
          throw new Error('Neo4j does not answer');
        }
        return [{ person: 'guest-5', witness: true }];
      },
    });
    const stream = await updates.subscribe('ann');
    await stream.next();
    void stream.next();
    rows.push(row(1, { changes: [{ edge: 'ALIAS', from: 'guest-5', to: 'iris' }] }));
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(asked).toHaveLength(1);
    // What iris makes is looked at, by ties that are read again first.
    rows.push(row(2, { structure: madeBy('iris') }));
    await vi.advanceTimersByTimeAsync(SECOND_MS);
    expect(asked).toHaveLength(2);
    const block = { edge: 'SUPPRESSED', from: 'bo', to: 'user:ann', reason: 'block', at: 0 } as const;
    away = true;
    rows.push(row(3, { changes: [{ ...block, on: false }] }));
    await expect.poll(() => vi.advanceTimersByTimeAsync(10).then(() => asked.length)).toBe(3);
    // It is tried again until the graph has answered, and not after that.
    away = false;
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(asked).toHaveLength(4);
    await updates.close();
  });
});
