import { describe, expect, it } from 'vitest';
import { forgetRefreshes, readRefreshPosition } from '../src/signals/refresh-position.ts';
import { useEmptyApp } from './evaluation/opened.ts';

const lent = useEmptyApp();

describe('a service whose graph was rebuilt', () => {
  it('has every derived edge computed anew by its jobs, those of learned models too', async () => {
    const { app } = lent;
    app.projector.start();
    await expect.poll(() => app.projector.state().status).toBe('running');
    await forgetRefreshes(app.pool, app.refreshes);
    app.refresher.start();
    const positions = () => Promise.all(app.refreshes.map(({ name }) => readRefreshPosition(app.pool, name)));
    await expect.poll(positions, { timeout: 20_000 }).toEqual([0, 0]);
    const { rows } = await app.pool.query('SELECT job, status FROM job_run ORDER BY job');
    expect(rows).toEqual(['similarity', 'similarity-learned', 'ties'].map((job) => ({ job, status: 'succeeded' })));
  });
});
