import { describe, expect, it } from 'vitest';
import { engagementReport } from '../../src/log/read/engagement-report.ts';
import { NOW, sent, useLog } from './fixture.ts';

const DAY = 86_400_000;

describe('the engagement report', () => {
  const lent = useLog();
  const report = (own = {}) => engagementReport(lent.pool, { since: NOW - 7 * DAY, now: NOW, limit: 10, ...own });
  const on = (content: string, activity_type: string, more = {}) => ({ activity_type, content, ...more });

  it('counts, takes means and adds points as seed 000, 4.1 does', async () => {
    lent.now = NOW - 8 * DAY;
    await lent.log.append([sent('ann', on('post:old', 'share')), sent('ann', on('post:p1', 'share'))]);
    lent.now = NOW - 7 * DAY;
    await lent.log.append([
      sent('gus', on('post:p1', 'create', { title: 'One' })), // anything else: 1
      sent('ann', on('post:p1', 'view', { duration_seconds: 30, scroll_depth_percentage: 100 })), // 1
      sent('bo', on('post:p1', 'view', { duration_seconds: 90 })), // 1
      sent('bo', on('post:p1', 'like')), // 3
      sent('bo', on('post:p1', 'comment')), // 5
      sent('bo', on('story:s1', 'share')), // 7
      sent('cy', on('story:s1', 'save')), // 6
      sent('cy', on('post:p1', 'click')), // 1
    ]);
    lent.now = NOW;
    await lent.log.append(['served', 'impression', 'hide', 'unlike'].map((word) => sent('bo', on('post:p1', word))));
    expect(await report()).toEqual([
      {
        content: 'story:s1',
        title: null,
        interactions: 2,
        averageSeconds: null,
        averageScrollPercentage: null,
        score: 13,
      },
      {
        content: 'post:p1',
        title: 'One',
        interactions: 6,
        averageSeconds: 60,
        averageScrollPercentage: 100,
        score: 1 + 1 + 1 + 3 + 5 + 1,
      },
    ]);
  });

  it('is of what was received in its time, and no longer than asked for', async () => {
    expect((await report({ since: NOW - 9 * DAY })).map(({ content, score }) => [content, score])).toEqual([
      ['post:p1', 19],
      ['story:s1', 13],
      ['post:old', 7],
    ]);
    expect(await report({ limit: 1 })).toHaveLength(1);
    expect(await report({ since: NOW })).toEqual([]);
  });
});
