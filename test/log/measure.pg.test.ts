import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Submission } from '../../src/log/log.ts';
import { allRows, edgeWeights, sent, timeBefore, useLog } from './fixture.ts';

const SECOND_HOURS = 1 / 3_600;

describe('time and scroll', () => {
  const lent = useLog();

  async function weightsOf(batches: readonly (readonly Submission[])[]): Promise<Readonly<Record<string, number>>> {
    await lent.pool.query('TRUNCATE activity_log, standing, content, users, content_interaction, social_interaction');
    for (const batch of batches) {
      await lent.log.append(batch);
    }
    return edgeWeights(await allRows(lent.log));
  }

  const beat = (secondsAgo: number, seconds: number, session?: string) =>
    sent('ann', {
      activity_type: 'time_spent',
      content: 'post:1',
      duration_seconds: seconds,
      occurred_at: timeBefore(secondsAgo * SECOND_HOURS),
      ...(session === undefined ? {} : { session_id: session }),
    });
  const scroll = (secondsAgo: number, percent: number, session: string) =>
    sent('ann', {
      activity_type: 'scroll_depth',
      content: 'post:1',
      scroll_depth_percentage: percent,
      occurred_at: timeBefore(secondsAgo * SECOND_HOURS),
      session_id: session,
    });

  it('of heartbeats count distinct intervals, also when two windows tell the same time', async () => {
    // 0 to 45 s before now, in three beats; the middle one twice, and once from a window that is 5 s off: 45 / 60 · .1
    const weights = await weightsOf([
      [beat(30, 15, 's'), beat(15, 15, 's')],
      [beat(15, 15, 's'), beat(20, 15, 's'), beat(0, 15, 's')],
    ]);
    expect(weights['ENGAGED ann post:1']).toBeCloseTo(0.075, 9);
  });

  it('of a tab that is left open count no more than five minutes', async () => {
    const hours = Array.from({ length: 120 }, (_, minute) => beat(minute * 60, 60, 's'));
    expect((await weightsOf([hours]))['ENGAGED ann post:1']).toBeCloseTo(0.5, 9);
  });

  it('of another session, or another day, count anew', async () => {
    expect((await weightsOf([[beat(0, 60, 'a'), beat(0, 60, 'b')]]))['ENGAGED ann post:1']).toBeCloseTo(0.2, 9);
    const days = await weightsOf([[beat(0, 60), beat(30, 60), beat(24 * 3_600, 60)]]);
    // 90 s of today, and a minute of yesterday that faded for a day
    expect(days['ENGAGED ann post:1']).toBeCloseTo(0.15 + 0.1 * Math.exp(-0.1), 6);
  });

  it('that are scrolled count as far as the farthest of the visit', async () => {
    const weights = await weightsOf([[scroll(30, 25, 's'), scroll(20, 75, 's'), scroll(0, 50, 's')]]);
    // 75 / 100 · .2
    expect(weights['ENGAGED ann post:1']).toBeCloseTo(0.15, 9);
    const twice = await weightsOf([[scroll(0, 100, 'a'), scroll(0, 50, 'b')]]);
    expect(twice['ENGAGED ann post:1']).toBeCloseTo(0.3, 9);
  });

  it('cannot be retracted one by one', async () => {
    const single = { id: 'beat', activity_type: 'time_spent', content: 'post:1', duration_seconds: 5 };
    const [, refused] = await lent.log.append([
      sent('bo', single),
      sent('bo', { activity_type: 'retract', activity_id: 'beat' }),
    ]);
    expect(refused).toMatchObject({ status: 'invalid', error: { code: 'ACTIVITY_INVALID' } });
  });

  it('Laws 3 and 4: weigh what was covered and reached, in any order of arrival and any batches', async () => {
    const said = fc.record({
      kind: fc.constantFrom('time', 'scroll'),
      secondsAgo: fc.integer({ min: 0, max: 90 }),
      amount: fc.integer({ min: 0, max: 40 }),
      session: fc.constantFrom('a', 'b'),
    });
    const arriving = fc.array(said, { minLength: 1, maxLength: 14 }).chain((all) =>
      fc.record({
        all: fc.constant(all),
        other: fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }),
        size: fc.integer({ min: 1, max: 5 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(arriving, async ({ all, other, size }) => {
        const submission = ({ kind, secondsAgo, amount, session }: (typeof all)[number]) =>
          kind === 'time' ? beat(secondsAgo, amount, session) : scroll(secondsAgo, amount, session);
        const expected = ['a', 'b'].reduce((sum, session) => sum + weightOfVisit(all, session), 0);
        const batches = Array.from({ length: Math.ceil(other.length / size) }, (_, index) =>
          other.slice(index * size, (index + 1) * size).map(submission),
        );
        for (const divided of [[all.map(submission)], batches]) {
          expect((await weightsOf(divided))['ENGAGED ann post:1'] ?? 0).toBeCloseTo(expected, 9);
        }
      }),
      { numRuns: 40 },
    );
  });

  /** By hand: the seconds that any beat covers, and the farthest scroll, each as of its last word. */
  function weightOfVisit(
    all: readonly { kind: string; secondsAgo: number; amount: number; session: string }[],
    session: string,
  ): number {
    const of = (kind: string) => all.filter((one) => one.kind === kind && one.session === session);
    const faded = (kind: string) => {
      const age = Math.min(...of(kind).map(({ secondsAgo }) => secondsAgo));
      return Number.isFinite(age) ? Math.exp((-0.1 * age) / 86_400) : 0;
    };
    const seconds = new Set(
      of('time').flatMap(({ secondsAgo, amount }) => Array.from({ length: amount }, (_, index) => secondsAgo + index)),
    );
    const farthest = Math.max(0, ...of('scroll').map(({ amount }) => amount));
    return Math.min(seconds.size / 60, 5) * 0.1 * faded('time') + (farthest / 100) * 0.2 * faded('scroll');
  }
});
