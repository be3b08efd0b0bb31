import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/clock.ts';
import { isAppError } from '../../../src/core/errors.ts';
import { createLogger } from '../../../src/core/logger.ts';
import { readRun } from '../../../src/jobs/history.ts';
import { createScheduler } from '../../../src/jobs/scheduler.ts';
import { followEngagement } from '../../../src/signals/engagement/follow.ts';
import { recalculateEngagement } from '../../../src/signals/engagement/recalculate.ts';
import { engagementScores, type ScoresCursor } from '../../../src/signals/engagement/scores.ts';
import { NOW, sent, useLog } from '../../log/fixture.ts';

const lent = useLog();
const ranking = DEFAULT_RANKING;
const ports = () => ({ pool: lent.pool, ranking });
const noStep = async () => undefined;

beforeEach(async () => {
  await forgetAll();
});

async function forgetAll(): Promise<void> {
  await lent.pool.query(
    'TRUNCATE activity_log, content_interaction, standing, content, engagement_day, engagement_generation, person_alias',
  );
}

const scores = async (own: { person?: string; limit?: number; after?: ScoresCursor } = {}) =>
  engagementScores(ports(), { person: own.person, now: NOW, limit: own.limit ?? 10, after: own.after });

const on = (content: string, activity_type: string, daysAgo = 0, more = {}) => ({
  activity_type,
  content,
  ...(daysAgo === 0 ? {} : { occurred_at: new Date(NOW - daysAgo * DAY_MS).toISOString() }),
  ...more,
});

describe('engagement scores', () => {
  it('of two ids of one person are added together, at once and when computed anew', async () => {
    const alias = { user_id: 'ann', activity_type: 'alias', target_user_id: 'anon' };
    await lent.log.append([sent('anon', on('post:1', 'save')), sent('ann', on('post:1', 'like'))]);
    await scores();
    await lent.log.append([
      { ...sent('shop', alias, true), trusted: true },
      { ...sent('shop', { user_id: 'anon', ...on('post:2', 'share') }, true), trusted: true },
      sent('ann', on('post:1', 'unsave')),
    ]);
    const sums = async () => (await scores()).items.map(({ person, score }) => [person, Number(score.toFixed(9))]);
    // save .6, like .3 and share .7, and the save taken back
    expect((await sums()).filter(([, score]) => score !== 0)).toEqual([['ann', 1]]);
    await recalculateEngagement(ports(), noStep);
    expect((await sums()).filter(([, score]) => score !== 0)).toEqual([['ann', 1]]);
  });

  it('are of what was done and not taken back, the most engaged first, at once', async () => {
    await lent.log.append([
      sent('ann', on('post:1', 'like')),
      sent('ann', on('post:2', 'share')),
      sent('ann', on('post:2', 'served')),
      sent('bo', on('post:1', 'like')),
      sent('bo', on('post:1', 'like')), // liking twice is one like
      sent('cy', on('post:1', 'save')),
    ]);
    const before = await scores();
    expect(before.items.map(({ person, score }) => [person, score])).toEqual([
      ['ann', 1],
      ['cy', 0.6],
      ['bo', 0.3],
    ]);
    await lent.log.append([sent('ann', on('post:2', 'like')), sent('cy', on('post:1', 'unsave'))]);
    const after = await scores();
    expect(after.position).toBe(8);
    expect(after.items.map(({ person, score }) => [person, score])).toEqual([
      ['ann', 0.6 + 0.7],
      ['bo', 0.3],
    ]);
    expect((await scores({ person: 'bo' })).items).toEqual([
      {
        person: 'bo',
        score: 0.3,
        activities: 1,
        parts: [{ kind: 'like', score: 0.3, activities: 1 }],
        trend: { recent: 0.3, before: 0, direction: 'rising' },
      },
    ]);
  });

  it('are answered as they stand while somebody else adds them up, without waiting', async () => {
    await lent.log.append([sent('ann', on('post:1', 'like'))]);
    const { position } = await scores();
    const holder = await lent.pool.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('UPDATE engagement_generation SET position = position WHERE live');
      await lent.log.append([sent('bo', on('post:1', 'like'))]);
      const stands = await scores();
      expect(stands.position).toBe(position);
      expect(stands.items.map(({ person }) => person)).toEqual(['ann']);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    expect((await scores()).items.map(({ person }) => person).sort()).toEqual(['ann', 'bo']);
  });

  it('fade by e^(−0.1 · days), the factor of seed 000, and end after 90 days', async () => {
    await lent.log.append([sent('ann', on('post:1', 'share', 10)), sent('bo', on('post:1', 'share', 90))]);
    const { items } = await scores();
    expect(items.map(({ person }) => person)).toEqual(['ann']);
    expect(items[0]?.score).toBeCloseTo(0.7 * Math.exp(-1), 12);
  });

  it('come in pages that join up, also of people with equal scores', async () => {
    const people = ['a', 'B', 'c', 'd', 'e', 'F', 'g'];
    await lent.log.append(people.map((person, index) => sent(person, on('post:1', index < 4 ? 'like' : 'share'))));
    const walked: string[] = [];
    let after: ScoresCursor | undefined;
    do {
      const page = await scores({ limit: 2, ...(after === undefined ? {} : { after }) });
      walked.push(...page.items.map(({ person }) => person));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(walked).toEqual(['F', 'e', 'g', 'B', 'a', 'c', 'd']);
  });
});

describe('recalculating', () => {
  it('gives what following gave, whatever was done and however it was cut into batches', async () => {
    const word = fc.constantFrom(
      'like',
      'unlike',
      'view',
      'save',
      'unsave',
      'upvote',
      'downvote',
      'cancel_vote',
      'create',
    );
    const act = fc.record({
      by: fc.constantFrom('ann', 'bo', 'cy'),
      word,
      to: fc.constantFrom('post:1', 'post:2'),
      daysAgo: fc.integer({ min: 0, max: 3 }),
      seconds: fc.integer({ min: 0, max: 900 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), { maxLength: 5 }), async (batches) => {
        await forgetAll();
        for (const batch of batches) {
          await lent.log.append(
            batch.map(({ by, word: does, to, daysAgo, seconds }) =>
              sent(by, on(to, does, daysAgo, { duration_seconds: seconds }), true),
            ),
          );
          await followEngagement(ports(), Number.POSITIVE_INFINITY);
        }
        const followed = await scores();
        const { differences, position } = await recalculateEngagement(ports(), noStep);
        expect([differences, position]).toEqual([0, followed.position]);
        expect(await scores()).toEqual(followed);
      }),
      { numRuns: 25 },
    );
  });

  it('says what is different, puts it right, and leaves nothing of what it replaced', async () => {
    await lent.log.append([sent('ann', on('post:1', 'like')), sent('bo', on('post:1', 'like'))]);
    await scores();
    await lent.pool.query("UPDATE engagement_day SET micros = micros + 1 WHERE user_id = 'bo'");
    expect(await recalculateEngagement(ports(), noStep)).toEqual({ position: 2, people: 2, differences: 1 });
    expect((await scores({ person: 'bo' })).items[0]?.score).toBe(0.3);
    const left = await lent.pool.query('SELECT count(DISTINCT generation) AS n, count(*) AS days FROM engagement_day');
    expect(left.rows).toEqual([{ n: 1, days: 2 }]);
  });

  it('leaves what is read as it was when it is cut off, and the next one begins anew', async () => {
    await lent.log.append([sent('ann', on('post:1', 'like'))]);
    const before = await scores();
    await expect(recalculateEngagement(ports(), () => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
    expect(await scores()).toEqual(before);
    expect(await recalculateEngagement(ports(), noStep)).toMatchObject({ differences: 0 });
  });

  it('takes other weights up, which following does not mix with the former ones', async () => {
    await lent.log.append([sent('ann', on('post:1', 'like'))]);
    await scores();
    const heavier = { ...ranking, weights: { ...ranking.weights, like: 0.5 } };
    await lent.log.append([sent('ann', on('post:2', 'like'))]);
    const score = async () =>
      (
        await engagementScores(
          { pool: lent.pool, ranking: heavier },
          { person: 'ann', now: NOW, limit: 1, after: undefined },
        )
      ).items[0]?.score;
    expect(await score()).toBe(0.3);
    expect(await recalculateEngagement({ pool: lent.pool, ranking: heavier }, noStep)).toMatchObject({
      differences: null,
    });
    expect(await score()).toBe(1);
  });

  it('is a job that is begun without waiting for it, once at a time', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const job = {
      name: 'slow',
      schedule: '0 0 1 1 *',
      description: 'Waits.',
      run: async () => {
        await released;
        return { done: true };
      },
    };
    const logger = createLogger('silent');
    const scheduler = createScheduler({ pool: lent.pool, clock: { now: () => NOW + HOUR_MS }, logger }, [job]);
    const run = await scheduler.beginJob('slow');
    expect(await readRun(lent.pool, 'slow', run ?? 0)).toMatchObject({ status: 'running', finishedAt: null });
    expect(await scheduler.beginJob('slow')).toBeNull();
    release();
    await expect
      .poll(() => readRun(lent.pool, 'slow', 'newest'))
      .toMatchObject({ run, status: 'succeeded', result: { done: true } });
    expect(await readRun(lent.pool, 'other', run ?? 0)).toBeUndefined();
    await expect(scheduler.beginJob('nothing')).rejects.toSatisfy((error) => isAppError(error, 'NOT_FOUND'));
    await scheduler.stop();
  });
});
