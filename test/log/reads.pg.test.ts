import { describe, expect, it } from 'vitest';
import { listActivities } from '../../src/log/read/activities.ts';
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
    });
    expect(await activityStats(lent.pool, { ...query, userId: 'bo' })).toMatchObject({ total: 8 });
    expect(await activityStats(lent.pool, { since: NOW - 2, until: NOW - 1 })).toEqual({
      total: 0,
      byType: [],
      byDay: [],
    });
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
