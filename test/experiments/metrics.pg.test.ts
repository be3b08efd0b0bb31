import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseActivity } from '../../src/activity/activity.ts';
import { createLogger } from '../../src/core/logger.ts';
import { createExposures } from '../../src/experiments/exposure.ts';
import { measureFeeds } from '../../src/experiments/measure.ts';
import { type FeedMetricsQuery, readFeedMetrics } from '../../src/experiments/metrics.ts';
import { openPool } from '../../src/log/database.ts';
import { type ActivityLog, openLog } from '../../src/log/log.ts';
import { usePostgres } from '../support/stores.ts';

const lent = usePostgres();
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 0, 15, 12);
const MIDNIGHT = Date.UTC(2026, 0, 15);
const logger = createLogger('silent');

let now = NOON;
let pool: Pool;
let log: ActivityLog;

beforeAll(async () => {
  pool = openPool(lent.url);
  log = await openLog({ pool, databaseUrl: lent.url, clock: { now: () => now }, logger, anonymizeIp: true });
});
afterAll(async () => {
  await log.close();
  await pool.end();
});

/** Times of receipt never go back, so every test has a day of its own. */
let day = 0;
beforeEach(async () => {
  day += 3;
  now = NOON + day * DAY_MS;
  await pool.query(
    'TRUNCATE feed_exposure, feed_outcome, feed_metric, feed_metric_content, feed_performance_metric, feed_snapshot, content',
  );
  await pool.query('UPDATE feed_metric_progress SET position = (SELECT coalesce(max(position), 0) FROM activity_log)');
});

interface Given {
  readonly to: string;
  readonly algorithm?: string;
  readonly contents: readonly string[];
  /** Rank before the first of them. */
  readonly after?: number;
  readonly snapshot?: string;
  /** By content. */
  readonly propensity?: Readonly<Record<string, number>>;
}

/** Gives a page out as the feed does: the snapshot is there, and the page is noted. */
async function give({
  to,
  algorithm = 'graph_v2',
  contents,
  after = 0,
  snapshot = randomUUID(),
  propensity = {},
}: Given) {
  await pool.query(
    `INSERT INTO feed_snapshot (id, user_id, algorithm, settings_revision, head_position, graph_position, created_at, expires_at, items)
     VALUES ($1, $2, $3, 'r1', 0, 0, $4, $4, '{}') ON CONFLICT DO NOTHING`,
    [snapshot, to, algorithm, new Date(now)],
  );
  const exposures = createExposures({ pool, logger });
  const items = contents.map((content, index) => ({
    rank: after + index + 1,
    content,
    propensity: propensity[content] ?? 1,
  }));
  exposures.record({ snapshot, servedAt: now, items });
  await exposures.settled();
  return snapshot;
}

async function happens(by: string, does: string, content: string, more: Record<string, unknown> = {}): Promise<void> {
  const raw = { user_id: by, activity_type: does, content, ...more };
  const activity = parseActivity(raw, { subject: by, source: 'test', trusted: true });
  const [result] = await log.append([{ activity, trusted: true }]);
  expect(result).toMatchObject({ status: 'accepted' });
}

async function describeContent(reference: string, author: string | null): Promise<void> {
  await pool.query('INSERT INTO content (reference, type, author_id, created_at) VALUES ($1, $2, $3, $4)', [
    reference,
    reference.split(':')[0],
    author,
    new Date(now),
  ]);
}

const measure = () => measureFeeds(pool, { now, onStep: async () => undefined });

async function figures(by: FeedMetricsQuery['by'], query: Partial<FeedMetricsQuery> = {}) {
  const since = MIDNIGHT + day * DAY_MS;
  return await readFeedMetrics(pool, { algorithm: undefined, since, until: since + DAY_MS, by, ...query });
}

async function performance() {
  const { rows } = await pool.query('SELECT * FROM feed_performance_metric ORDER BY "timestamp", user_id');
  return rows;
}

/** Ann is given four items at noon, sees three of them, reads two, likes one and hides one. */
async function annReads(): Promise<string> {
  await describeContent('post:a', 'bo');
  await describeContent('post:b', 'bo');
  await describeContent('video:c', 'cy');
  await describeContent('post:e', 'di');
  await describeContent('post:f', 'di');
  const snapshot = await give({
    to: 'ann',
    contents: ['post:a', 'post:b', 'video:c', 'question:d'],
    propensity: { 'question:d': 0.1 },
  });
  now += MINUTE_MS;
  await happens('ann', 'impression', 'post:a');
  await happens('ann', 'impression', 'post:b');
  await happens('ann', 'impression', 'video:c');
  await happens('ann', 'view', 'post:a', { duration_seconds: 40 });
  await happens('ann', 'like', 'post:a');
  await happens('ann', 'view', 'video:c', { duration_seconds: 20 });
  await happens('ann', 'time_spent', 'video:c', { duration_seconds: 60 });
  await happens('ann', 'hide', 'post:b');
  now += MINUTE_MS;
  return snapshot;
}

describe('the metric of a feed (seed 000, track_feed_performance)', () => {
  it('is interactions per content, and those that are no views per content', async () => {
    const snapshot = await annReads();
    await measure();
    // Two views and a like on four items: 3 / 4 and 1 / 4.
    expect(await performance()).toEqual([
      {
        snapshot_id: snapshot,
        user_id: 'ann',
        algorithm_version: 'graph_v2',
        content_count: 4,
        interaction_count: 3,
        click_through_rate: 0.75,
        engagement_rate: 0.25,
        timestamp: new Date(NOON + day * DAY_MS),
      },
    ]);
  });

  it('counts the later pages of a feed with its first', async () => {
    const snapshot = await give({ to: 'ann', contents: ['post:a', 'post:b'] });
    now += MINUTE_MS;
    await give({ to: 'ann', snapshot, after: 2, contents: ['post:c', 'post:d', 'post:e'] });
    await happens('ann', 'share', 'post:e');
    now += MINUTE_MS;
    await measure();
    expect(await performance()).toMatchObject([
      { content_count: 5, interaction_count: 1, click_through_rate: 0.2, engagement_rate: 0.2 },
    ]);
  });
});

describe('the figures of an algorithm', () => {
  it('are those worked out by hand', async () => {
    await annReads();
    await measure();
    const [line, ...others] = await figures('DAY');
    expect(others).toEqual([]);
    expect(line).toEqual({
      algorithm: 'graph_v2',
      startsAt: new Date(MIDNIGHT + day * DAY_MS).toISOString(),
      rank: null,
      pages: 1,
      served: 4,
      impressions: 3,
      // Post a and video c were opened, of three seen; only a was engaged with.
      clickThroughRate: 2 / 3,
      engagementRate: 1 / 3,
      // 40 s on a, 20 + 60 s on c.
      meanDwellSeconds: 60,
      hidesPerThousandImpressions: 1_000 / 3,
      reportsPerThousandImpressions: 0,
      // Bo, Bo, Cy and one whose author is unknown: three voices in four items.
      authorDiversity: 3 / 4,
      // Half posts, a quarter videos, a quarter questions: .5 · 1 + .25 · 2 + .25 · 2 bits.
      typeEntropy: expect.closeTo(1.5, 12),
      contents: 4,
      // Three of the five that the catalogue describes.
      catalogueCoverage: 3 / 5,
      exploredShare: 1 / 4,
    });
    const [hour] = await figures('HOUR');
    expect(hour).toEqual({ ...line, startsAt: new Date(NOON + day * DAY_MS).toISOString() });
  });

  it('are told apart by rank', async () => {
    await annReads();
    await give({ to: 'bo', contents: ['post:x', 'post:y'] });
    await happens('bo', 'view', 'post:x');
    now += MINUTE_MS;
    await measure();
    const lines = await figures('RANK');
    expect(
      lines.map(({ rank, served, impressions, clickThroughRate }) => [rank, served, impressions, clickThroughRate]),
    ).toEqual([
      [1, 2, 2, 1],
      [2, 2, 1, 0],
      [3, 1, 1, 1],
      [4, 1, 0, null],
    ]);
    expect(lines[0]).toMatchObject({ startsAt: null, authorDiversity: null, contents: null, catalogueCoverage: null });
  });

  it('are told apart by algorithm, and kept to the time asked for', async () => {
    await give({ to: 'ann', algorithm: 'graph_v2', contents: ['post:a'] });
    await give({ to: 'bo', algorithm: 'activity_enhanced_v1', contents: ['post:a', 'post:b'] });
    now += HOUR_MS;
    await give({ to: 'ann', algorithm: 'graph_v2', contents: ['post:c'] });
    await measure();
    const served = (lines: Awaited<ReturnType<typeof figures>>) => lines.map((line) => [line.algorithm, line.served]);
    expect(served(await figures('HOUR'))).toEqual([
      ['activity_enhanced_v1', 2],
      ['graph_v2', 1],
      ['graph_v2', 1],
    ]);
    expect(served(await figures('DAY', { algorithm: 'graph_v2' }))).toEqual([['graph_v2', 2]]);
    expect(served(await figures('HOUR', { since: now }))).toEqual([['graph_v2', 1]]);
    expect(await figures('DAY', { since: now + DAY_MS, until: now + 2 * DAY_MS })).toEqual([]);
  });

  it('hold no more than half an hour for one item: a tab that is left open is not reading', async () => {
    await give({ to: 'ann', contents: ['post:a'] });
    await happens('ann', 'time_spent', 'post:a', { duration_seconds: 7_200 });
    now += MINUTE_MS;
    await measure();
    expect(await figures('DAY')).toMatchObject([{ meanDwellSeconds: 1_800 }]);
  });
});

describe('the job that takes the figures', () => {
  const everything = async () => [
    await performance(),
    (await pool.query('SELECT * FROM feed_metric ORDER BY algorithm, grain, starts_at, rank')).rows,
    (await pool.query('SELECT * FROM feed_outcome ORDER BY position')).rows,
  ];

  it('changes nothing when it runs again', async () => {
    await annReads();
    expect(await measure()).toMatchObject({ outcomes: 8, feeds: 1 });
    const before = await everything();
    expect(await measure()).toMatchObject({ outcomes: 0 });
    now += HOUR_MS;
    await measure();
    expect(await everything()).toEqual(before);
  });

  it('comes to the same in one run as in many', async () => {
    await give({ to: 'ann', contents: ['post:a', 'post:b'] });
    const steps = [
      () => happens('ann', 'view', 'post:a'),
      () => happens('ann', 'like', 'post:a'),
      () => give({ to: 'bo', contents: ['post:b'] }),
      () => happens('bo', 'report', 'post:b'),
      () => happens('ann', 'view', 'post:b'),
    ];
    for (const step of steps) {
      await step();
      now += 20 * MINUTE_MS;
      await measure();
    }
    const inMany = await everything();
    await pool.query('TRUNCATE feed_outcome, feed_metric, feed_metric_content, feed_performance_metric');
    await pool.query(`UPDATE feed_metric_progress SET position = 0, served_until = '-infinity'`);
    await measure();
    expect(await everything()).toEqual(inMany);
  });

  it('counts what arrives late but happened within a day, and nothing that happened later or before', async () => {
    await give({ to: 'ann', contents: ['post:a', 'post:b', 'post:c'] });
    const served = now;
    now += 3 * HOUR_MS;
    await measure();
    now = served + 50 * HOUR_MS;
    const at = (ms: number) => ({ occurred_at: new Date(served + ms).toISOString() });
    await happens('ann', 'like', 'post:a', at(23 * HOUR_MS));
    await happens('ann', 'like', 'post:b', at(25 * HOUR_MS));
    await happens('ann', 'view', 'post:c', at(-HOUR_MS));
    now += MINUTE_MS;
    await measure();
    expect(await figures('DAY')).toMatchObject([{ served: 3, impressions: 1, engagementRate: 1 }]);
  });

  it('allows for a clock that is some seconds behind', async () => {
    await give({ to: 'ann', contents: ['post:a'] });
    await happens('ann', 'view', 'post:a', { occurred_at: new Date(now - 30 * SECOND_MS).toISOString() });
    now += MINUTE_MS;
    await measure();
    expect(await figures('DAY')).toMatchObject([{ impressions: 1 }]);
  });

  it('counts an activity for the page that gave the item last, and for no other person', async () => {
    await give({ to: 'ann', algorithm: 'activity_enhanced_v1', contents: ['post:a'] });
    now += MINUTE_MS;
    await give({ to: 'ann', algorithm: 'graph_v2', contents: ['post:a'] });
    await give({ to: 'bo', algorithm: 'activity_enhanced_v1', contents: ['post:a'] });
    now += MINUTE_MS;
    await happens('ann', 'like', 'post:a');
    now += MINUTE_MS;
    await measure();
    const lines = await figures('DAY');
    expect(lines.map((line) => [line.algorithm, line.impressions])).toEqual([
      ['activity_enhanced_v1', 0],
      ['graph_v2', 1],
    ]);
  });

  it('leaves the newest rows of the log for the next run, since their page may still be on its way', async () => {
    await give({ to: 'ann', contents: ['post:a'] });
    await happens('ann', 'like', 'post:a');
    expect(await measure()).toMatchObject({ outcomes: 0 });
    now += 20 * SECOND_MS;
    expect(await measure()).toMatchObject({ outcomes: 1 });
  });

  it('takes a day from its hours, which alone go through what was given out; different contents are counted once', async () => {
    await describeContent('post:a', 'bo');
    await give({ to: 'ann', contents: ['post:a', 'post:b'] });
    now += HOUR_MS;
    await give({ to: 'bo', contents: ['post:a', 'post:c', 'post:d'] });
    now += MINUTE_MS;
    await measure();
    expect(await figures('HOUR')).toMatchObject([
      { pages: 1, served: 2, contents: 2 },
      { pages: 1, served: 3, contents: 3 },
    ]);
    // A day that went through all that was given out would now see half of it.
    await pool.query(`DELETE FROM feed_exposure WHERE user_id = 'ann'`);
    await give({ to: 'cy', contents: ['post:e'] });
    now += MINUTE_MS;
    await measure();
    expect(await figures('DAY')).toMatchObject([{ pages: 3, served: 6, contents: 5 }]);
    expect((await figures('RANK')).map(({ rank, served }) => [rank, served])).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
  });

  it('deletes what is old also when nothing can be measured', async () => {
    await annReads();
    now += 37 * DAY_MS;
    await pool.query('ALTER TABLE feed_metric RENAME COLUMN pages TO leaves');
    await give({ to: 'bo', contents: ['post:a'] });
    await expect(measure()).rejects.toThrow();
    await pool.query('ALTER TABLE feed_metric RENAME COLUMN leaves TO pages');
    expect((await pool.query('SELECT user_id FROM feed_exposure')).rows).toEqual([{ user_id: 'bo' }]);
    day += 40;
  });

  it('keeps what a single person was given for 35 days, the sums for good', async () => {
    await annReads();
    await measure();
    const sums = await figures('DAY');
    now += 37 * DAY_MS;
    expect(await measure()).toMatchObject({ deleted: 4 });
    expect((await pool.query('SELECT 1 FROM feed_exposure')).rows).toEqual([]);
    expect((await pool.query('SELECT 1 FROM feed_outcome')).rows).toEqual([]);
    expect(await performance()).toHaveLength(1);
    expect(await figures('DAY')).toEqual(sums);
    now += 54 * DAY_MS;
    await measure();
    expect(await performance()).toEqual([]);
    day += 100;
  });
});

describe('what was given out', () => {
  it('is noted once, when a page is asked for again', async () => {
    const snapshot = await give({ to: 'ann', contents: ['post:a', 'post:b'] });
    now += SECOND_MS;
    await give({ to: 'ann', snapshot, contents: ['post:a', 'post:b', 'post:c'] });
    const { rows } = await pool.query(
      'SELECT rank, user_id, algorithm, settings_revision, served_at FROM feed_exposure ORDER BY rank',
    );
    expect(rows.map(({ rank, served_at }) => [rank, served_at.getTime() - (now - SECOND_MS)])).toEqual([
      [1, 0],
      [2, 0],
      [3, SECOND_MS],
    ]);
    expect(rows[0]).toMatchObject({ user_id: 'ann', algorithm: 'graph_v2', settings_revision: 'r1' });
  });

  it('is not noted of nobody in particular', async () => {
    await give({ to: '', contents: ['post:a'] });
    expect((await pool.query('SELECT 1 FROM feed_exposure')).rows).toEqual([]);
  });
});
