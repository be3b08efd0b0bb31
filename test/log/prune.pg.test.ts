import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/core/clock.ts';
import { verifyLog } from '../../src/log/chain/verify.ts';
import { pruneAudit } from '../../src/log/prune/prune.ts';
import { allRows, sent, useLog } from './fixture.ts';

const lent = useLog();
const OCTOBER = Date.UTC(2025, 9, 20, 12);
const NOVEMBER = Date.UTC(2025, 10, 10, 12);
const LIKE = { id: 'x1', activity_type: 'like', content: 'post:1', metadata: { place: 'Turin' } };

async function auditRows(): Promise<number> {
  const { rows } = await lent.pool.query<{ count: number }>('SELECT count(*) AS count FROM content_interaction');
  return rows[0]?.count ?? 0;
}

describe('prune', () => {
  it('lets whole months of the audit tables go, and neither the fold nor law 2 notices', async () => {
    lent.now = OCTOBER;
    await lent.log.ensurePartitions();
    const [first] = await lent.log.append([sent('ann', LIKE)]);
    await lent.log.append([sent('bo', { activity_type: 'view', content: 'post:1' })]);
    lent.now = NOVEMBER;
    await lent.log.append([sent('ann', { activity_type: 'share', content: 'post:1' })]);
    const folded = await allRows(lent.log);
    // 90 days before 31 January is 2 November: October is over by then, November is not.
    const now = Date.UTC(2026, 0, 31);
    const pruned = await pruneAudit(lent.pool, { now, days: 90 });
    expect(pruned).toMatchObject({ activities: 2, position: 4 });
    expect(pruned.partitions).toContain('content_interaction_2025_10');
    expect(pruned.partitions.filter((name) => !name.endsWith('2025_10'))).toEqual([]);
    expect(await auditRows()).toBe(1);
    expect((await verifyLog(lent.pool)).problems).toEqual([]);
    expect((await allRows(lent.log)).slice(0, 3)).toEqual(folded);
    expect((await allRows(lent.log))[3]).toMatchObject({ kind: 'prune', signals: [], changes: [], structure: null });
    lent.now = now;
    expect(await lent.log.append([sent('ann', LIKE)])).toEqual([{ ...first, status: 'duplicate' }]);
    const other = { ...LIKE, content: 'post:2' };
    expect(await lent.log.append([sent('ann', other)])).toMatchObject([{ status: 'conflict' }]);
  });

  it('clears the salts of what went, so that no guess at it can be confirmed', async () => {
    const { rows } = await lent.pool.query<{ position: number; kept: boolean }>(
      'SELECT position, audit_salt IS NOT NULL AS kept FROM activity_log ORDER BY position',
    );
    expect(rows.map(({ kept }) => kept)).toEqual([false, false, true, true]);
  });

  it('does nothing where nothing is old enough, and goes on from where it was', async () => {
    expect(await pruneAudit(lent.pool, { now: NOVEMBER + 20 * DAY_MS, days: 90 })).toMatchObject({ position: null });
    const pruned = await pruneAudit(lent.pool, { now: Date.UTC(2026, 2, 15), days: 90 });
    expect(pruned).toMatchObject({ activities: 1, position: 5 });
    expect(await auditRows()).toBe(0);
    expect((await verifyLog(lent.pool)).problems).toEqual([]);
  });

  it('leaves every other missing row to be found', async () => {
    const [written] = await lent.log.append([sent('cy', { activity_type: 'like', content: 'post:9' })]);
    const position = written?.status === 'accepted' ? written.position : 0;
    await lent.pool.query('DELETE FROM content_interaction WHERE id = $1', [position]);
    expect((await verifyLog(lent.pool)).problems).toEqual([
      { position, what: 'its row in content_interaction is missing' },
    ]);
  });

  it('does not hide a row that stands where the log says that none does, nor a changed list of what went', async () => {
    await lent.pool.query(
      `INSERT INTO user_activity (id, uid, created_at, updated_at, "timestamp", metadata, activity_type, success, user_id)
       VALUES (1, gen_random_uuid(), $1, $1, $1, '{}', 'login', true, 'ann')`,
      [new Date(lent.now)],
    );
    await lent.pool.query(
      `UPDATE activity_log SET changes = '[{"edge": "CLEARED", "log": [], "audit": [[1, 9]]}]' WHERE position = 5`,
    );
    const { problems } = await verifyLog(lent.pool);
    expect(problems).toContainEqual({
      position: 1,
      what: 'the log says that its audit row was cleared, and it is there',
    });
    expect(problems).toContainEqual({ position: 5, what: 'the row was changed' });
  });
});
