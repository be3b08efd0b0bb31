import { describe, expect, it } from 'vitest';
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
