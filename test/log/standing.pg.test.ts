import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoldRow } from '../../src/activity/fold-row.ts';
import type { Submission } from '../../src/log/log.ts';
import { allRows, edgeWeights, lastChanges, sent, timeBefore, useLog } from './fixture.ts';

describe('standing facts', () => {
  const lent = useLog();

  /** Appends in the given batches, from an empty log, and returns the rows. */
  async function rowsOf(batches: readonly (readonly Submission[])[]): Promise<readonly FoldRow[]> {
    await lent.pool.query('TRUNCATE activity_log, standing, content, users, content_interaction, social_interaction');
    for (const batch of batches) {
      await lent.log.append(batch);
    }
    return allRows(lent.log);
  }

  /** Something said about one of two posts or between two people, at one of few moments, so that there are ties. */
  const word = fc.record({
    by: fc.constantFrom('ann', 'bo'),
    does: fc.constantFrom(
      'like',
      'unlike',
      'save',
      'unsave',
      'upvote',
      'downvote',
      'cancel_vote',
      'react',
      'unreact',
      'view',
    ),
    to: fc.constantFrom('post:1', 'post:2'),
    hoursAgo: fc.integer({ min: 0, max: 4 }),
    seconds: fc.constantFrom(undefined, 90),
  });
  const between = fc.record({
    by: fc.constantFrom('ann', 'bo'),
    does: fc.constantFrom(
      'connection_request',
      'connection_accept',
      'connection_decline',
      'connection_remove',
      'follow',
      'unfollow',
      'circle_update',
      'circle_remove',
      'block',
      'unblock',
      'mute',
      'unmute',
      'join',
      'leave',
    ),
    circle: fc.constantFrom('inner', 'outer'),
    hoursAgo: fc.integer({ min: 0, max: 6 }),
  });

  type Story = readonly Submission[];
  const story: fc.Arbitrary<Story> = fc
    .tuple(fc.array(word, { maxLength: 14 }), fc.array(between, { maxLength: 10 }))
    .map(([words, others]) => [
      ...words.map(({ by, does, to, hoursAgo, seconds }, index) =>
        sent(by, {
          id: `word-${index}`,
          activity_type: does,
          content: to,
          occurred_at: timeBefore(hoursAgo),
          ...(seconds === undefined ? {} : { duration_seconds: seconds }),
        }),
      ),
      ...others.map(({ by, does, circle, hoursAgo }, index) =>
        sent(
          by,
          {
            id: `between-${index}`,
            activity_type: does,
            ...(does === 'join' || does === 'leave'
              ? { community_id: 'chess' }
              : { target_user_id: by === 'ann' ? 'bo' : 'ann' }),
            ...(does === 'circle_update' ? { circle } : {}),
            occurred_at: timeBefore(hoursAgo),
          },
          true,
        ),
      ),
    ]);

  function divided(items: Story, sizes: readonly number[]): Story[] {
    const batches: Story[] = [];
    let from = 0;
    for (let index = 0; from < items.length; index += 1) {
      const size = sizes[index % sizes.length] ?? 1;
      batches.push(items.slice(from, from + size));
      from += size;
    }
    return batches;
  }

  it('Laws 3 and 4: weigh the same and stand the same in any order of arrival and any batches', async () => {
    const shuffled = story.chain((items) =>
      fc.record({
        items: fc.constant(items),
        other: fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length }),
        sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ items, other, sizes }) => {
        const together = await rowsOf([items]);
        const apart = await rowsOf(divided(other, sizes));
        const expected = edgeWeights(together);
        const weights = edgeWeights(apart);
        expect(Object.keys(weights)).toEqual(Object.keys(expected));
        for (const [edge, weight] of Object.entries(expected)) {
          expect(weights[edge]).toBeCloseTo(weight, 9);
        }
        expect(lastChanges(apart)).toEqual(lastChanges(together));
      }),
      { numRuns: 60 },
    );
  });

  it('Laws 3 and 4: people are connected as if everything had come in order, whoever sent it', async () => {
    const said = fc.record({
      by: fc.constantFrom('ann', 'bo'),
      does: fc.constantFrom('connection_request', 'connection_accept', 'connection_accept', 'connection_remove'),
      hoursAgo: fc.integer({ min: 0, max: 6 }),
      trusted: fc.boolean(),
    });
    const arriving = fc.array(said, { minLength: 2, maxLength: 9 }).map((all) =>
      all.map(({ by, does, hoursAgo, trusted }, index) => ({
        hoursAgo,
        // At the same moment the request is first.
        rank: does === 'connection_request' ? 0 : 1,
        submission: sent(
          by,
          {
            id: `said-${index}`,
            activity_type: does,
            target_user_id: by === 'ann' ? 'bo' : 'ann',
            occurred_at: timeBefore(hoursAgo),
          },
          trusted,
        ),
      })),
    );
    await fc.assert(
      fc.asyncProperty(arriving, async (all) => {
        const arrived = await rowsOf([all.map(({ submission }) => submission)]);
        const kept = new Set(arrived.map(({ uid }) => uid));
        const inOrder = all
          .filter(({ submission }) => kept.has(submission.activity.uid))
          .toSorted((a, b) => b.hoursAgo - a.hoursAgo || a.rank - b.rank)
          .map(({ submission }) => submission);
        const ordered = await rowsOf([inOrder]);
        expect(lastChanges(arrived)).toEqual(lastChanges(ordered));
        const [weights, expected] = [edgeWeights(arrived), edgeWeights(ordered)];
        expect(Object.keys(weights)).toEqual(Object.keys(expected));
        for (const [edge, weight] of Object.entries(expected)) {
          expect(weights[edge]).toBeCloseTo(weight, 9);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('never weigh more than one word of each fact', async () => {
    const rows = await rowsOf([
      [3, 1, 2].map((hours) =>
        sent('ann', { activity_type: 'like', content: 'post:1', occurred_at: timeBefore(hours) }),
      ),
    ]);
    const expected = await rowsOf([
      [sent('ann', { activity_type: 'like', content: 'post:1', occurred_at: timeBefore(1) })],
    ]);
    expect(edgeWeights(rows)['ENGAGED ann post:1']).toBeCloseTo(edgeWeights(expected)['ENGAGED ann post:1'] ?? 0, 12);
  });

  it('take back what they began with, whatever was learned of author and tags in between', async () => {
    const rows = await rowsOf([
      [sent('ann', { activity_type: 'like', content: 'post:1', duration_seconds: 60 })],
      [sent('bo', { activity_type: 'create', content: 'post:1', hashtags: ['cats'] })],
      [sent('ann', { activity_type: 'unlike', content: 'post:1' })],
    ]);
    expect(Object.keys(edgeWeights(rows))).toEqual(['ENGAGED bo post:1', 'INTERESTED_IN bo cats']);
    const [begun, , ended] = rows;
    expect(ended?.signals).toEqual([{ ...begun?.signals[0], sign: -1 }]);
  });

  it('that are given no time count in the order in which they came, within one batch too', async () => {
    for (let round = 0; round < 5; round += 1) {
      const rows = await rowsOf([
        ['like', 'unlike', 'like', 'unlike'].map((does) => sent('ann', { activity_type: does, content: 'post:1' })),
        [sent('ann', { activity_type: 'connection_request', target_user_id: 'bo' })],
        [
          sent('bo', { activity_type: 'connection_accept', target_user_id: 'ann' }),
          sent('bo', { activity_type: 'connection_remove', target_user_id: 'ann' }),
        ],
      ]);
      expect(edgeWeights(rows)).toEqual({});
      expect(lastChanges(rows)).toEqual({});
    }
  });

  it('that are given no time count as they came while the clock stands, in one batch and in two', async () => {
    // Ids in either order, so that a comparison by id would be wrong in one of them.
    for (const ids of [
      ['00000000-0000-4000-8000-000000000001', 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
      ['ffffffff-ffff-4fff-bfff-ffffffffffff', '00000000-0000-4000-8000-000000000001'],
    ]) {
      const words = ['like', 'unlike'].map((does, index) =>
        sent('ann', { id: ids[index], activity_type: does, content: 'post:1' }, true),
      );
      const together = edgeWeights(await rowsOf([words]));
      const apart = edgeWeights(await rowsOf(words.map((word) => [word])));
      expect([together, apart]).toEqual([{}, {}]);
    }
  });

  it('feed interest and the author with what the catalogue knows of the content', async () => {
    const rows = await rowsOf([
      [
        sent('bo', { activity_type: 'create', content: 'post:1', hashtags: ['Cats', 'Dogs'] }),
        sent('ann', { activity_type: 'like', content: 'post:1', hashtags: ['ignored'] }),
      ],
    ]);
    expect(Object.keys(edgeWeights(rows)).filter((edge) => edge.includes(' ann '))).toEqual([
      'ENGAGED ann post:1',
      'INTERACTED ann bo',
      'INTERESTED_IN ann cats',
      'INTERESTED_IN ann dogs',
    ]);
  });

  it('declare and drop interests tag by tag', async () => {
    const rows = await rowsOf([
      [
        sent('ann', { activity_type: 'declare_interest', hashtags: ['chess', 'jazz'], occurred_at: timeBefore(3) }),
        sent('ann', { activity_type: 'drop_interest', hashtags: ['jazz', 'go'], occurred_at: timeBefore(2) }),
        sent('ann', { activity_type: 'declare_interest', hashtags: ['go', 'jazz'], occurred_at: timeBefore(4) }),
      ],
    ]);
    expect(lastChanges(rows)).toEqual({ 'INTERESTED_IN ann chess ': true });
  });
});

describe('a connection', () => {
  const lent = useLog();
  let pair = 0;

  const ask = (by: string, target: string, hoursAgo: number) =>
    sent(by, { activity_type: 'connection_request', target_user_id: target, occurred_at: timeBefore(hoursAgo) });
  const accept = (by: string, target: string, hoursAgo: number, trusted = false) =>
    sent(
      by,
      { activity_type: 'connection_accept', target_user_id: target, occurred_at: timeBefore(hoursAgo) },
      trusted,
    );

  async function stateAfter(words: (a: string, b: string) => readonly Submission[]) {
    pair += 1;
    const [a, b] = [`a${pair}`, `b${pair}`];
    const before = await lent.log.head();
    const results = await lent.log.append(words(a, b));
    const rows = await lent.log.readFoldRows(before, 100);
    const changes = rows.at(-1)?.changes ?? [];
    const state = Object.fromEntries(
      changes.flatMap((change) => (change.edge === 'CONNECTED' ? [[change.from.slice(0, 1), change.value]] : [])),
    );
    return { state, statuses: results.map(({ status }) => status), results };
  }

  it('is an edge from who asks, and one each way when it is accepted', async () => {
    expect((await stateAfter((a, b) => [ask(b, a, 2)])).state).toEqual({ a: null, b: 'requested' });
    expect((await stateAfter((a, b) => [ask(b, a, 2), accept(a, b, 1)])).state).toEqual({
      a: 'accepted',
      b: 'accepted',
    });
  });

  it('cannot be accepted by somebody who was not asked, unless the sender is trusted', async () => {
    const { statuses, results } = await stateAfter((a, b) => [accept(a, b, 3), ask(a, b, 2), accept(a, b, 1)]);
    expect(statuses).toEqual(['invalid', 'accepted', 'invalid']);
    expect(results[0]).toMatchObject({ error: { code: 'ACTIVITY_INVALID' } });
    expect((await stateAfter((a, b) => [accept(a, b, 3, true)])).state).toEqual({ a: 'accepted', b: 'accepted' });
  });

  it('that was removed before it was accepted is none, also when the removal arrives last', async () => {
    const remove = (by: string, target: string, hoursAgo: number) =>
      sent(by, { activity_type: 'connection_remove', target_user_id: target, occurred_at: timeBefore(hoursAgo) });
    expect((await stateAfter((a, b) => [ask(b, a, 5), accept(a, b, 3), remove(b, a, 4)])).state).toEqual({
      a: null,
      b: null,
    });
    const anew = await stateAfter((a, b) => [ask(b, a, 5), accept(a, b, 2), remove(b, a, 4), ask(b, a, 3)]);
    expect(anew.state).toEqual({ a: 'accepted', b: 'accepted' });
    const trusted = await stateAfter((a, b) => [ask(b, a, 5), accept(a, b, 3, true), remove(b, a, 4)]);
    expect(trusted.state).toEqual({ a: 'accepted', b: 'accepted' });
  });

  it('is not lowered by another request', async () => {
    const { state } = await stateAfter((a, b) => [ask(a, b, 3), accept(b, a, 2), ask(a, b, 1)]);
    expect(state).toEqual({ a: 'accepted', b: 'accepted' });
  });

  it('ends both ways, and begins anew with a later request', async () => {
    const remove = (by: string, target: string, hoursAgo: number) =>
      sent(by, { activity_type: 'connection_remove', target_user_id: target, occurred_at: timeBefore(hoursAgo) });
    expect((await stateAfter((a, b) => [ask(a, b, 5), accept(b, a, 4), remove(a, b, 3)])).state).toEqual({
      a: null,
      b: null,
    });
    const anew = await stateAfter((a, b) => [ask(a, b, 5), accept(b, a, 4), remove(a, b, 3), ask(a, b, 2)]);
    expect(anew.state).toEqual({ a: 'requested', b: null });
  });
});
