import { describe, expect, it } from 'vitest';
import { listActivities } from '../../src/log/read/activities.ts';
import { edgeWeights, sent, timeBefore, useLog } from './fixture.ts';

describe('retract', () => {
  const lent = useLog();

  it('takes one repeatable activity back exactly, once, in any batch', async () => {
    await lent.log.append([
      sent('ann', {
        id: 'c1',
        activity_type: 'comment',
        content: 'post:1',
        occurred_at: timeBefore(50),
        duration_seconds: 120,
      }),
      sent('ann', { id: 'c2', activity_type: 'comment', content: 'post:1' }),
    ]);
    const before = await lent.log.readFoldRows(0, 10);
    await lent.log.append([
      sent('ann', { activity_type: 'retract', activity_id: 'c1' }),
      sent('ann', { activity_type: 'retract', activity_id: 'c1' }),
      sent('ann', { id: 'c3', activity_type: 'share', content: 'post:2' }),
      sent('ann', { activity_type: 'retract', activity_id: 'c3' }),
    ]);
    await lent.log.append([sent('ann', { activity_type: 'undo', activity_id: 'c1' })]);
    const rows = await lent.log.readFoldRows(0, 10);
    expect(rows[2]?.signals).toEqual([{ ...before[0]?.signals[0], sign: -1 }]);
    expect(rows.map((row) => row.signals.length)).toEqual([1, 1, 1, 0, 1, 1, 0]);
    expect(edgeWeights(rows)).toEqual(edgeWeights(before.slice(1)));
  });

  it('is what an activity_id means for no other kind: those state their facts as ever', async () => {
    // As it would be from a door that lets the field through.
    const naming = (does: string) => {
      const submission = sent('eve', { activity_type: does, content: 'post:9', activity_id: 'c1' });
      const retracts = '0d9c5a5e-3c0c-4a86-9a9e-6b1a3e0c7d52';
      return { ...submission, activity: { ...submission.activity, retracts } };
    };
    const statuses = [];
    for (const does of ['like', 'like', 'unlike']) {
      statuses.push(...(await lent.log.append([naming(does)])).map(({ status }) => status));
    }
    expect(statuses).toEqual(['accepted', 'accepted', 'accepted']);
    const { rows } = await lent.pool.query("SELECT fact, holds FROM standing WHERE person_id = 'eve'");
    expect(rows).toEqual([{ fact: 'like', holds: false }]);
  });

  it('is invalid for an activity of a kind that only a later version knows, which lists show all the same', async () => {
    await lent.log.append([sent('flo', { id: 'later', activity_type: 'view', content: 'post:1' })]);
    const position = await lent.log.headOf('flo');
    await lent.pool.query("UPDATE activity_log SET kind = 'hologram' WHERE position = $1", [position]);
    const [result] = await lent.log.append([sent('flo', { activity_type: 'retract', activity_id: 'later' })]);
    expect(result).toMatchObject({ status: 'invalid', error: { code: 'ACTIVITY_INVALID' } });
    const { items } = await listActivities(lent.pool, { userId: 'flo', limit: 5 });
    expect(items).toMatchObject([{ activity_type: 'hologram', content: 'post:1', metadata: {} }]);
    await lent.log.append([sent('flo', { activity_type: 'share', content: 'post:1' })]);
    const rows = await lent.log.readFoldRows(position - 1, 10);
    expect(rows).toMatchObject([
      { kind: 'hologram', signals: [], unreadable: expect.stringContaining('hologram') },
      { kind: 'share', signals: [{ kind: 'share' }] },
    ]);
    await lent.pool.query("UPDATE activity_log SET kind = 'view' WHERE position = $1", [position]);
  });

  it('is invalid for what is unknown, somebody else’s, or not repeatable', async () => {
    await lent.log.append([
      sent('bo', { id: '0d9c5a5e-3c0c-4a86-9a9e-6b1a3e0c7d51', activity_type: 'view', content: 'post:1' }),
      sent('ann', { id: 'liked', activity_type: 'like', content: 'post:1' }),
      sent('ann', { id: 'in', activity_type: 'login' }),
    ]);
    const results = await lent.log.append(
      ['unknown', '0d9c5a5e-3c0c-4a86-9a9e-6b1a3e0c7d51', 'liked', 'in'].map((id) =>
        sent('ann', { activity_type: 'retract', activity_id: id }),
      ),
    );
    expect(
      results.map((result) => (result.status === 'invalid' ? [result.error.code, result.error.message] : result)),
    ).toEqual([
      ['ACTIVITY_INVALID', 'activity_id: ann has no activity with this id'],
      ['ACTIVITY_INVALID', 'activity_id: ann has no activity with this id'],
      ['ACTIVITY_INVALID', 'activity_id: like cannot be retracted; send the kind that takes it back'],
      ['ACTIVITY_INVALID', 'activity_id: login cannot be retracted; it left no signal'],
    ]);
  });
});
