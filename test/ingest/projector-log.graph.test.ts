import fc from 'fast-check';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseActivity } from '../../src/activity/activity.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { DAY_MS } from '../../src/core/clock.ts';
import { checkGraph } from '../../src/graph/projection/check.ts';
import { readProjection } from '../../src/graph/projection/projection.ts';
import { rebuildGraph } from '../../src/graph/projection/rebuild.ts';
import { createProjector } from '../../src/ingest/projector.ts';
import { chainAt } from '../../src/log/chain/chain-at.ts';
import { openPool } from '../../src/log/database.ts';
import { type ActivityLog, openLog } from '../../src/log/log.ts';
import { titlesOf } from '../../src/log/read/catalogue.ts';
import { deadLetterPositions, forgetDeadLetters, recordDeadLetters } from '../../src/log/read/dead-letters.ts';
import { dumpDifferences, dumpGraph, referenceFold } from '../graph/rows.ts';
import { useGraph, usePostgres } from '../support/stores.ts';

const postgres = usePostgres();
const lent = useGraph();
const NOW = Date.UTC(2026, 5, 1);
const clock = { now: () => NOW };
const logger = pino({ level: 'silent' });
const ranking = DEFAULT_RANKING;
let pool: Pool;
let log: ActivityLog;

beforeAll(async () => {
  pool = openPool(postgres.url);
  log = await openLog({ pool, databaseUrl: postgres.url, clock, logger, anonymizeIp: true });
});
afterAll(async () => {
  await log.close();
  await pool.end();
});

const people = ['ann', 'bo', 'cy'];
const randomActivity = fc.record({
  user_id: fc.constantFrom(...people),
  activity_type: fc.constantFrom(
    ...['create', 'like', 'unlike', 'view', 'share', 'hide', 'unhide', 'follow', 'unfollow', 'join', 'leave'],
    ...['connection_request', 'connection_accept', 'connection_remove', 'declare_interest', 'drop_interest', 'delete'],
  ),
  content_id: fc.constantFrom('1', '2', '3'),
  target: fc.constantFrom(...people),
  hashtags: fc.uniqueArray(fc.constantFrom('cats', 'tea'), { minLength: 1 }),
  days: fc.integer({ min: 0, max: 30 }),
});

it('Law 3: what the log’s own rows fold to is the graph, live and rebuilt, and the check agrees', async () => {
  const ports = {
    log,
    graph: lent.graph,
    ranking,
    logger,
    clock,
    titlesOf: (references: readonly string[]) => titlesOf(pool, references),
    recordDeadLetters: (letters: Parameters<typeof recordDeadLetters>[1]) => recordDeadLetters(pool, letters),
    forgetDeadLetters: () => forgetDeadLetters(pool),
    chainAt: (position: number) => chainAt(pool, position),
  };
  const projector = createProjector(ports);
  projector.start();
  const drawn = fc.sample(fc.array(randomActivity, { minLength: 150, maxLength: 150 }), { numRuns: 2, seed: 3 }).flat();
  for (const [index, { user_id, activity_type, content_id, target, hashtags, days }] of drawn.entries()) {
    if (index === 200) {
      const alias = { user_id: 'cy', activity_type: 'alias', target_user_id: 'bo' };
      const activity = parseActivity(alias, { subject: 'shop', source: 'test', trusted: true });
      expect(await log.append([{ activity, trusted: true }])).toMatchObject([{ status: 'accepted' }]);
    }
    const personal = /follow|connection/.test(activity_type);
    const raw = {
      user_id,
      activity_type,
      occurred_at: new Date(NOW - days * DAY_MS).toISOString(),
      ...(personal ? { target_user_id: target } : {}),
      ...(/interest|create/.test(activity_type) ? { hashtags } : {}),
      ...(/join|leave/.test(activity_type) ? { community_id: 'club' } : {}),
      ...(personal || /interest|join|leave/.test(activity_type) ? {} : { content: `post:${content_id}` }),
    };
    if (!personal || target !== user_id) {
      const activity = parseActivity(raw, { subject: user_id, source: 'test', trusted: true });
      await log.append([{ activity, trusted: true }]);
    }
  }
  const head = await log.head();
  expect(await projector.waitFor(head, 10_000)).toBe(true);
  await projector.stop();

  const rows = await log.readFoldRows(0, head);
  expect(rows.some((row) => row.signals.some(({ sign }) => sign === -1))).toBe(true);
  expect(rows.filter((row) => row.changes.some(({ edge }) => edge === 'ALIAS'))).toHaveLength(1);
  const expected = referenceFold(rows, NOW);
  expect(dumpDifferences(expected, await dumpGraph(lent.graph, NOW))).toEqual([]);
  const check = () =>
    checkGraph({
      ...ports,
      now: NOW,
      deadLetters: (after, upTo) => deadLetterPositions(pool, after, upTo),
    });
  expect(await check()).toMatchObject({ position: head, differences: [] });
  const letters = rows
    .filter(({ signals }) => signals.length > 0)
    .map(({ position, uid, kind }) => ({ position, uid, kind, code: 'FOLD_FAILED', message: 'Of former times' }));
  await recordDeadLetters(pool, letters);
  expect((await check()).differences).not.toEqual([]);
  await rebuildGraph(ports);
  expect((await readProjection(lent.graph)).chain).toMatch(/^[0-9a-f]{64}$/);
  expect((await readProjection(lent.graph)).chain).toBe(await chainAt(pool, head));
  expect(dumpDifferences(expected, await dumpGraph(lent.graph, NOW))).toEqual([]);
  expect(await check()).toMatchObject({ position: head, differences: [] });
}, 60_000);
