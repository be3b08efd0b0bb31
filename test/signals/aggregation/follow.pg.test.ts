import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { engagementOf } from '../../../src/activity/engagement.ts';
import { dayText, localTimes } from '../../../src/activity/local-time.ts';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/clock.ts';
import { eraseFromLog, finishErasure } from '../../../src/log/erase/erase-log.ts';
import { beginErasure, type PendingErasure, readPending } from '../../../src/log/erase/pending.ts';
import { addUpEverybody, followDays } from '../../../src/signals/aggregation/follow.ts';
import { dailyActivities } from '../../../src/signals/aggregation/read.ts';
import { NOW, sent, useLog } from '../../log/fixture.ts';

const lent = useLog();
const ranking = DEFAULT_RANKING;
const ports = () => ({ pool: lent.pool, ranking });
const noStep = async () => undefined;
const follow = () => followDays(ports(), Number.POSITIVE_INFINITY);

async function forgetAll(): Promise<void> {
  await lent.pool.query(
    `TRUNCATE activity_log, content_interaction, social_interaction, user_activity, standing, content, users, person_alias,
       activity_aggregation, aggregated_person, aggregated_signal, activity_aggregation_progress`,
  );
}

beforeEach(forgetAll);

const ago = (hours: number): string => new Date(NOW - hours * HOUR_MS).toISOString();
const today = Math.floor(NOW / DAY_MS);
const daysOf = async (person: string) =>
  (await dailyActivities(ports(), { person, from: today - 20, to: today + 1 })).items.map(
    ({ date, counts, engagementScore }) => [
      date,
      counts.map(({ activityType, count }) => `${activityType} ${count}`).join(', '),
      engagementScore,
    ],
  );

async function stored(): Promise<Record<string, unknown>> {
  const { rows } = await lent.pool.query(
    `SELECT user_id, date::text, activity_counts, engagement_score FROM activity_aggregation
     ORDER BY user_id COLLATE "C", date`,
  );
  return Object.fromEntries(
    rows.map((row) => [`${row.user_id} ${row.date}`, [row.activity_counts, row.engagement_score]]),
  );
}

async function namesIn(tables: readonly string[]): Promise<readonly string[]> {
  const { rows } = await lent.pool.query(tables.map((table) => `SELECT user_id FROM ${table}`).join(' UNION ALL '));
  return rows.map(({ user_id }) => user_id);
}

/** How many of this database's connections wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await lent.pool.query(
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rows.length;
}

describe('what people did day by day', () => {
  it('is counted by kind with the engagement of the seed, late and taken back activities too', async () => {
    await lent.log.append([
      sent('ann', { activity_type: 'view', content: 'post:1', duration_seconds: 90, scroll_depth_percentage: 50 }),
      sent('ann', { activity_type: 'like', content: 'post:1' }),
      sent('ann', { activity_type: 'login' }),
    ]);
    // .1 + 1.5 · .1 + .5 · .2 = .35, and .3
    expect(await daysOf('ann')).toEqual([['2026-01-15', 'like 1, login 1, view 1', 0.65]]);
    await lent.log.append([
      sent('ann', { activity_type: 'share', content: 'post:1', occurred_at: ago(48) }),
      sent('ann', { activity_type: 'unlike', content: 'post:1' }),
    ]);
    expect(await daysOf('ann')).toEqual([
      ['2026-01-13', 'share 1', 0.7],
      ['2026-01-15', 'like 1, login 1, unlike 1, view 1', 0.35],
    ]);
  });

  it('is by the calendar where the person is, and by the new one when they move', async () => {
    await lent.log.append([
      sent('ann', { activity_type: 'like', content: 'post:1', occurred_at: ago(2) }), // 10:00 UTC
      sent('ann', { activity_type: 'share', content: 'post:1', occurred_at: ago(11) }), // 01:00 UTC
    ]);
    expect(await daysOf('ann')).toEqual([['2026-01-15', 'like 1, share 1', 1]]);
    await lent.log.append([
      sent('ann', {
        activity_type: 'profile_update',
        metadata: { time_zone: 'America/Los_Angeles' },
        occurred_at: ago(1),
      }),
    ]);
    await follow();
    expect(await daysOf('ann')).toEqual([
      ['2026-01-14', 'share 1', 0.7],
      ['2026-01-15', 'like 1, profile_update 1', 0.3],
    ]);
  });

  it('is answered as it is stored, to any number at once, while somebody else adds to it', async () => {
    await lent.log.append([sent('ann', { activity_type: 'like', content: 'post:1' })]);
    const { position } = await follow();
    await lent.log.append([sent('ann', { activity_type: 'share', content: 'post:1' })]);
    const client = await lent.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('UPDATE activity_aggregation_progress SET position = position');
      const asked = Array.from({ length: 30 }, () =>
        dailyActivities(ports(), { person: 'ann', from: today, to: today }),
      );
      for (const answer of await Promise.all(asked)) {
        expect([answer.position, answer.items[0]?.counts]).toEqual([position, [{ activityType: 'like', count: 1 }]]);
      }
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect(await daysOf('ann')).toEqual([['2026-01-15', 'like 1, share 1', 1]]);
  }, 8_000);

  it('is added up anew by the job and never for who asks, who gets what was before that', async () => {
    await lent.log.append([sent('ann', { activity_type: 'share', content: 'post:1', occurred_at: ago(11) })]);
    await follow();
    await lent.log.append([
      sent('bo', { activity_type: 'login' }),
      sent('ann', { activity_type: 'profile_update', metadata: { time_zone: 'America/Los_Angeles' } }),
      sent('bo', { activity_type: 'login' }),
    ]);
    expect(await daysOf('bo')).toEqual([['2026-01-15', 'login 1', 0]]);
    expect(await daysOf('ann')).toEqual([['2026-01-15', 'share 1', 0.7]]);
    const heavier = { ...ranking, weights: { ...ranking.weights, share: 0.1 } };
    const query = { person: 'ann', from: today - 1, to: today };
    const { position, timeZone } = await dailyActivities({ pool: lent.pool, ranking: heavier }, query);
    expect([position, timeZone]).toEqual([(await follow()).position - 2, 'UTC']);
    expect(await daysOf('bo')).toEqual([['2026-01-15', 'login 2', 0]]);
    expect(await daysOf('ann')).toEqual([
      ['2026-01-14', 'share 1', 0.7],
      ['2026-01-15', 'profile_update 1', 0],
    ]);
  });

  it('is put right when it is added up anew, which says how much was wrong', async () => {
    await lent.log.append([sent('ann', { activity_type: 'like', content: 'post:1' })]);
    await follow();
    const right = await stored();
    expect(await addUpEverybody(ports(), noStep)).toEqual({ people: 1, differences: 0 });
    await lent.pool.query('UPDATE activity_aggregation SET engagement_score = 7');
    expect(await addUpEverybody(ports(), noStep)).toEqual({ people: 1, differences: 1 });
    expect(await stored()).toEqual(right);
  });

  it('is what the log says of others when somebody was erased, and says nothing of that one', async () => {
    await lent.log.append([
      sent('bo', { activity_type: 'create', content: 'post:1' }),
      sent('ann', { activity_type: 'like', content: 'post:1' }),
      sent('ann', { activity_type: 'share', content: 'post:2' }),
      sent('bo', { activity_type: 'connection_request', target_user_id: 'ann' }),
      sent('ann', { activity_type: 'connection_accept', target_user_id: 'bo' }),
    ]);
    await follow();
    const [id = 0] = await beginErasure(lent.pool, { person: 'bo', key: 'key', now: NOW });
    const erasure = await readPending(lent.pool, id);
    await eraseFromLog(lent.pool, erasure as NonNullable<typeof erasure>, { ranking, now: NOW });
    await follow();
    await addUpEverybody(ports(), noStep);
    expect(await stored()).toEqual(await slowly());
    expect(Object.keys(await stored())).toEqual(['ann 2026-01-15']);
    expect((await addUpEverybody(ports(), noStep)).differences).toBe(0);
  });

  it('leaves nothing of who is erased while somebody is in the midst of writing it', async () => {
    await lent.log.append([sent('bo', { activity_type: 'like', content: 'post:1' })]);
    await follow();
    const [id = 0] = await beginErasure(lent.pool, { person: 'bo', key: 'key', now: NOW });
    const erasure = (await readPending(lent.pool, id)) as PendingErasure;
    await eraseFromLog(lent.pool, erasure, { ranking, now: NOW });
    const writer = await lent.pool.connect();
    await writer.query('BEGIN');
    await writer.query('SELECT FROM activity_aggregation_progress FOR UPDATE');
    await writer.query(`INSERT INTO activity_aggregation (user_id, aggregation_type, date, activity_counts, engagement_score)
      VALUES ('bo', 'daily', '2026-01-15', '{}', 1)`);
    await writer.query("INSERT INTO aggregated_person VALUES ('bo', 'UTC')");
    await writer.query("INSERT INTO aggregated_signal VALUES ('bo', 1)");
    const finished = finishErasure(lent.pool, erasure, NOW);
    await Promise.race([finished, expect.poll(waiting).toBe(1)]);
    await writer.query('COMMIT');
    writer.release();
    await finished;
    expect(await namesIn(['activity_aggregation', 'aggregated_person', 'aggregated_signal'])).toEqual([]);
  });

  it('forgets, when it is added up anew, of whom the log says nothing', async () => {
    await lent.log.append([sent('ann', { activity_type: 'like', content: 'post:1' })]);
    await follow();
    await lent.pool.query("INSERT INTO aggregated_person VALUES ('gone', 'UTC')");
    await addUpEverybody(ports(), noStep);
    expect(await namesIn(['aggregated_person'])).toEqual(['ann']);
  });

  it('begins again from the first row when the weights are others', async () => {
    await lent.log.append([sent('ann', { activity_type: 'like', content: 'post:1' })]);
    await follow();
    const heavier = { ...ranking, weights: { ...ranking.weights, like: 0.5 } };
    await followDays({ pool: lent.pool, ranking: heavier }, 9);
    expect(Object.values(await stored())).toEqual([[{ like: 1 }, 0.5]]);
  });

  it('is the same however it was followed, and what the log says from its first row to its last', async () => {
    const zones = ['UTC', 'Asia/Kathmandu', 'America/Los_Angeles', 'Pacific/Auckland'];
    const act = fc.record({
      by: fc.constantFrom('ann', 'bo', 'anon'),
      word: fc.constantFrom(
        ...['like', 'unlike', 'view', 'save', 'unsave', 'upvote', 'downvote', 'create', 'delete', 'login'],
        ...['connection_request', 'connection_accept', 'connection_remove', 'move', 'alias', 'remove'],
      ),
      to: fc.constantFrom('post:1', 'post:2'),
      other: fc.constantFrom('ann', 'bo'),
      hoursAgo: fc.integer({ min: 0, max: 80 }),
      seconds: fc.integer({ min: 0, max: 900 }),
      zone: fc.constantFrom(...zones),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(act, { minLength: 1, maxLength: 8 }), { maxLength: 5 }), async (batches) => {
        await forgetAll();
        for (const batch of batches) {
          await lent.log.append(batch.flatMap(submissions));
          await follow();
        }
        const followed = await stored();
        expect(followed).toEqual(await slowly());
        expect((await addUpEverybody(ports(), noStep)).differences).toBe(0);
        expect(await stored()).toEqual(followed);
        await lent.pool.query(
          'TRUNCATE activity_aggregation, aggregated_person, aggregated_signal, activity_aggregation_progress',
        );
        await follow();
        expect(await stored()).toEqual(followed);
      }),
      { numRuns: 12 },
    );
  });
});

interface Act {
  readonly by: string;
  readonly word: string;
  readonly to: string;
  readonly other: string;
  readonly hoursAgo: number;
  readonly seconds: number;
  readonly zone: string;
}

function submissions({ by, word, to, other, hoursAgo, seconds, zone }: Act) {
  const occurred_at = ago(hoursAgo);
  const byShop = (raw: object) => [{ ...sent('shop', { ...raw }, true), trusted: true }];
  switch (word) {
    case 'move':
      return [sent(by, { activity_type: 'profile_update', metadata: { time_zone: zone } })];
    case 'alias':
      return byShop({ user_id: 'ann', activity_type: 'alias', target_user_id: 'anon' });
    case 'remove':
      return byShop({ user_id: 'moderator', activity_type: 'delete', content: to, occurred_at });
    case 'login':
      return [sent(by, { activity_type: word, occurred_at })];
    case 'connection_request':
    case 'connection_accept':
    case 'connection_remove':
      return by === other ? [] : [sent(by, { activity_type: word, target_user_id: other, occurred_at })];
    default:
      return [sent(by, { activity_type: word, content: to, duration_seconds: seconds, occurred_at })];
  }
}

/** The same, the obvious way: every row of the log, one after the other, with what is known at the end. */
async function slowly(): Promise<Record<string, unknown>> {
  const days = new Map<string, { counts: Record<string, number>; score: number }>();
  const { rows: aliases } = await lent.pool.query('SELECT old_id, new_id FROM person_alias');
  const { rows: users } = await lent.pool.query('SELECT id, time_zone FROM users');
  const dayOf = (id: string, at: number) => {
    const person = aliases.find(({ old_id }) => old_id === id)?.new_id ?? id;
    const zone = users.find((user) => user.id === person)?.time_zone ?? 'UTC';
    const key = `${person} ${dayText(localTimes(zone)(at).day)}`;
    const day = days.get(key) ?? { counts: {}, score: 0 };
    days.set(key, day);
    return day;
  };
  const { rows } = await lent.pool.query(
    'SELECT position, kind, actor_id, extract(epoch FROM effective_at) * 1000 AS at FROM activity_log ORDER BY position',
  );
  for (const { kind, actor_id, at } of rows.filter((row) => row.actor_id !== null && row.actor_id !== '')) {
    const { counts } = dayOf(actor_id, Number(at));
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  for (const { sign, person, at, kind, ...measures } of (await lent.log.readFoldRows(0, 10_000)).flatMap(
    ({ signals }) => signals,
  )) {
    dayOf(person, at).score += sign * Math.round(engagementOf(kind, measures, ranking) * 1e6);
  }
  const left = [...days].filter(([, { counts, score }]) => score !== 0 || Object.keys(counts).length > 0);
  return Object.fromEntries(
    left.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { counts, score }]) => [key, [counts, score / 1e6]]),
  );
}
