import { describe, expect, it } from 'vitest';
import { listActivities, recentActivities } from '../../src/log/read/activities.ts';
import { countDeadLetters, recordDeadLetters } from '../../src/log/read/dead-letters.ts';
import { activityStats } from '../../src/log/read/statistics.ts';
import { NOW, sent, useLog } from './fixture.ts';

const HOUR = 3_600_000;

describe('reading the log', () => {
  const lent = useLog();

  it('lists activities newest first, and pages join up', async () => {
    for (let hour = 0; hour < 10; hour += 1) {
      lent.now = NOW + hour * 6 * HOUR;
      await lent.log.append([
        sent('ann', { activity_type: 'view', content: `post:${hour % 3}` }),
        sent('bo', {
          activity_type: hour % 2 === 0 ? 'like' : 'login',
          ...(hour % 2 === 0 ? { content: 'post:0' } : {}),
        }),
      ]);
    }
    const walked: number[] = [];
    let after: number | undefined;
    do {
      const page = await listActivities(lent.pool, { limit: 3, ...(after === undefined ? {} : { after }) });
      walked.push(...page.items.map((item) => item.position));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(walked).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
  });

  it('filters by person, kind, content and time of receipt', async () => {
    const positions = async (query: object) =>
      (await listActivities(lent.pool, { limit: 100, ...query })).items.map((item) => item.position);
    expect(await positions({ userId: 'bo', kind: 'like' })).toEqual([18, 14, 10, 6, 2]);
    expect(await positions({ content: 'post:0', userId: 'ann' })).toEqual([19, 13, 7, 1]);
    expect(await positions({ content: 'post:0' })).toEqual([19, 18, 14, 13, 10, 7, 6, 2, 1]);
    expect(await positions({ since: NOW + 6 * HOUR, until: NOW + 18 * HOUR })).toEqual([6, 5, 4, 3]);
    expect(await positions({ since: NOW + 1_000 * HOUR })).toEqual([]);
    expect(await positions({ until: NOW })).toEqual([]);
    expect(await positions({ since: 0, until: NOW + 1 })).toEqual([2, 1]);
  });

  it('counts by type and by day of receipt', async () => {
    const query = { since: NOW, until: NOW + 48 * HOUR };
    expect(await activityStats(lent.pool, query)).toEqual({
      total: 16,
      byType: [
        { activityType: 'view', count: 8 },
        { activityType: 'like', count: 4 },
        { activityType: 'login', count: 4 },
      ],
      byDay: [
        { day: '2026-01-15', count: 4 },
        { day: '2026-01-16', count: 8 },
        { day: '2026-01-17', count: 4 },
      ],
      byTable: [
        { table: 'content_interaction', count: 12 },
        { table: 'user_activity', count: 4 },
      ],
      // Bo's four likes are of post:0, which Ann viewed three times; a view is one point, a like three.
      topContent: [
        { content: 'post:0', count: 7, score: 3 + 4 * 3 },
        { content: 'post:1', count: 3, score: 3 },
        { content: 'post:2', count: 2, score: 2 },
      ],
    });
    expect(await activityStats(lent.pool, { ...query, userId: 'bo' })).toMatchObject({ total: 8 });
    expect(await activityStats(lent.pool, { since: NOW - 2, until: NOW - 1 })).toEqual({
      total: 0,
      byType: [],
      byDay: [],
      byTable: [],
      topContent: [],
    });
    expect((await activityStats(lent.pool, { ...query, top: 1 })).topContent).toHaveLength(1);
  });

  it('counts by the days of a time zone', async () => {
    const query = { since: NOW, until: NOW + 24 * HOUR };
    const days = async (timeZone: string) =>
      (await activityStats(lent.pool, { ...query, timeZone })).byDay.map(({ day, count }) => `${day} ${count}`);
    // Received at 12:00, 18:00, 00:00 and 06:00 UTC, two each time.
    expect(await days('UTC')).toEqual(['2026-01-15 4', '2026-01-16 4']);
    // Five and three quarters of an hour ahead: 17:45, 23:45, 05:45, 11:45.
    expect(await days('Asia/Kathmandu')).toEqual(['2026-01-15 4', '2026-01-16 4']);
    // Nine hours ahead: 21:00, 03:00, 09:00, 15:00.
    expect(await days('Asia/Tokyo')).toEqual(['2026-01-15 2', '2026-01-16 6']);
    // Eight hours behind: 04:00, 10:00, 16:00, 22:00.
    expect(await days('America/Los_Angeles')).toEqual(['2026-01-15 8']);
  });

  it('counts a profile visit in both of its tables', async () => {
    lent.now = NOW + 100 * HOUR;
    await lent.log.append([sent('ann', { activity_type: 'profile_visit', target_user_id: 'bo' })]);
    const { total, byTable } = await activityStats(lent.pool, { since: lent.now, until: lent.now + 1 });
    expect([total, byTable]).toEqual([
      1,
      [
        { table: 'profile_activity', count: 1 },
        { table: 'social_interaction', count: 1 },
      ],
    ]);
  });

  it('lists what happened lately by the time at which it happened, whatever came in of older times', async () => {
    lent.now = NOW + 200 * HOUR;
    const at = (hoursAgo: number) => new Date(lent.now - hoursAgo * HOUR).toISOString();
    const view = (id: string, hoursAgo: number) =>
      sent('cy', { activity_type: 'view', content: `post:${id}`, occurred_at: at(hoursAgo) });
    await lent.log.append([view('b', 2), view('old', 30), view('a', 1), view('edge', 24)]);
    const since = lent.now - 24 * HOUR;
    const contents = async (query: object) =>
      (await recentActivities(lent.pool, { since, limit: 10, ...query })).map(({ content }) => content);
    expect(await contents({})).toEqual(['post:a', 'post:b', 'post:edge']);
    expect(await contents({ userId: 'cy', limit: 1 })).toEqual(['post:a']);
    expect(await contents({ kind: 'like' })).toEqual([]);
    expect(await contents({ kinds: ['view', 'like'], content: 'post:b' })).toEqual(['post:b']);
  });

  it('keeps dead letters, each once', async () => {
    const letter = {
      position: 3,
      uid: '0d9c5a5e-3c0c-4a86-9a9e-6b1a3e0c7d51',
      kind: 'view',
      code: 'INTERNAL',
      message: 'no',
    };
    await recordDeadLetters(lent.pool, [letter]);
    await recordDeadLetters(lent.pool, [letter, { ...letter, position: 4 }]);
    expect(await countDeadLetters(lent.pool)).toBe(2);
  });
});
