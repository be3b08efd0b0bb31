import type { Pool } from 'pg';
import { expect, it } from 'vitest';
import type { FoldRow } from '../../src/activity/fold-row.ts';
import { createLogger } from '../../src/core/logger.ts';
import { createFeedUpdates } from '../../src/live/feed-updates.ts';

const row = (position: number, part: Partial<FoldRow>): FoldRow => ({
  position,
  uid: `uid-${position}`,
  kind: 'alias',
  signals: [],
  changes: [],
  structure: null,
  ...part,
});

it('updates of a feed go on for who gets another id meanwhile', async () => {
  const rows: FoldRow[] = [];
  const asked: string[] = [];
  const updates = createFeedUpdates({
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
    tiesOf: async (person) => {
      asked.push(person);
      return [];
    },
    clock: { now: () => 0 },
    logger: createLogger('silent'),
    pollMs: 5,
    paceMs: 5,
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
