import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetrics } from '../../src/api/metrics.ts';
import { deleteOldRuns, listJobs, listRuns } from '../../src/jobs/history.ts';
import type { Job } from '../../src/jobs/job.ts';
import { jobNamed, runOnce, STOPPED } from '../../src/jobs/runs.ts';
import { createScheduler } from '../../src/jobs/scheduler.ts';
import { openPool } from '../../src/log/database.ts';
import { usePostgres } from '../support/stores.ts';

const lent = usePostgres();
const NOW = Date.UTC(2026, 0, 1, 12);
let pool: Pool;

beforeAll(() => {
  pool = openPool(lent.url);
});
afterAll(() => pool.end());
beforeEach(() => pool.query('TRUNCATE job_run'));

const logger = pino({ level: 'silent' });
const ports = () => ({ pool, logger, clock: { now: () => NOW } });

function job(run: Job['run'], own: Partial<Job> = {}): Job {
  return { name: 'sweep', schedule: '0 * * * *', description: 'Sweeps.', run, ...own };
}

async function runs() {
  const { rows } = await pool.query(
    'SELECT job, scheduled_for, status, progress, result, error FROM job_run ORDER BY id',
  );
  return rows;
}

describe('a job', () => {
  it('is recorded with its result', async () => {
    const outcome = await runOnce(
      ports(),
      job(async ({ now }) => ({ now })),
      null,
    );
    expect(outcome).toMatchObject({ status: 'succeeded', result: { now: NOW } });
    expect(await runs()).toMatchObject([{ status: 'succeeded', result: { now: NOW }, scheduled_for: null }]);
  });

  it('that fails is recorded with its error, and its progress goes to the next run', async () => {
    const given: unknown[] = [];
    const failing = job(async ({ progress, saveProgress }) => {
      given.push(progress);
      await saveProgress({ from: given.length });
      throw new Error('The graph is away');
    });
    expect(await runOnce(ports(), failing, null)).toMatchObject({ status: 'failed', error: 'The graph is away' });
    await runOnce(ports(), failing, null);
    expect(given).toEqual([undefined, { from: 1 }]);
    expect(await runs()).toMatchObject([
      { status: 'failed', error: 'The graph is away', progress: { since: NOW, reached: { from: 1 } } },
      { status: 'failed', progress: { since: NOW, reached: { from: 2 } } },
    ]);
  });

  it('starts afresh after a run that ended well', async () => {
    const given: unknown[] = [];
    const good = job(async ({ progress, saveProgress }) => {
      given.push(progress);
      await saveProgress({ from: 1 });
    });
    await runOnce(ports(), good, null);
    await runOnce(ports(), good, null);
    expect(given).toEqual([undefined, undefined]);
  });

  it('goes on only where a run was that began within six hours, also over several attempts', async () => {
    const given: unknown[] = [];
    const failing = job(async ({ progress, saveProgress }) => {
      given.push(progress);
      await saveProgress({ from: given.length });
      throw new Error('The graph is away');
    });
    const HOUR_MS = 3_600_000;
    for (const hours of [0, 3, 6, 7]) {
      await runOnce({ ...ports(), clock: { now: () => NOW + hours * HOUR_MS } }, failing, null);
    }
    expect(given).toEqual([undefined, { from: 1 }, { from: 2 }, undefined]);
  });

  it('starts afresh when that is asked for, whatever a failed run kept', async () => {
    const given: unknown[] = [];
    const failing = job(async ({ progress, saveProgress }) => {
      given.push(progress);
      await saveProgress({ from: 1 });
      throw new Error('The graph is away');
    });
    const scheduler = createScheduler(ports(), [failing]);
    await scheduler.runJob('sweep');
    await scheduler.runJob('sweep', { afresh: true });
    await scheduler.stop();
    expect(given).toEqual([undefined, undefined]);
  });

  it('whose process died is closed by the next run, which goes on where it was', async () => {
    await pool.query(
      `INSERT INTO job_run (job, scheduled_for, started_at, status, progress)
       VALUES ('sweep', $1, $1, 'running', $2)`,
      [new Date(NOW - 1), { since: NOW - 1, reached: { from: 5 } }],
    );
    const outcome = await runOnce(
      ports(),
      job(async ({ progress }) => progress),
      NOW,
    );
    expect(outcome).toMatchObject({ status: 'succeeded', result: { from: 5 } });
    expect((await runs()).map((run) => run.status)).toEqual(['failed', 'succeeded']);
  });

  it('runs once per fire, whichever of ten processes fires first', async () => {
    let count = 0;
    const counting = job(async () => {
      count += 1;
    });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => runOnce(ports(), counting, NOW)));
    expect(await runOnce(ports(), counting, NOW)).toEqual({ status: 'skipped', because: 'done' });
    expect(count).toBe(1);
    expect(outcomes.filter((outcome) => outcome.status === 'succeeded')).toHaveLength(1);
  });

  it('does not run beside itself', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = false;
    const slow = job(async () => {
      begun = true;
      await held;
    });
    const first = runOnce(ports(), slow, null);
    await vi.waitFor(() => expect(begun).toBe(true));
    expect(await runOnce(ports(), slow, NOW)).toEqual({ status: 'skipped', because: 'running' });
    release();
    expect(await first).toMatchObject({ status: 'succeeded' });
  });

  it('is listed with its newest run', async () => {
    const jobs = [job(async () => 1), job(async () => 2, { name: 'other' })];
    await runOnce(ports(), jobNamed(jobs, 'other'), null);
    expect(await listJobs(pool, jobs)).toEqual([
      { name: 'sweep', schedule: '0 * * * *', description: 'Sweeps.', lastRun: null },
      {
        name: 'other',
        schedule: '0 * * * *',
        description: 'Sweeps.',
        lastRun: { startedAt: NOW, finishedAt: NOW, status: 'succeeded', result: 2, error: null },
      },
    ]);
  });
});

describe('the history of runs', () => {
  const DAY_MS = 86_400_000;
  const past = (name: string, daysAgo: number, status = 'succeeded') =>
    pool.query(
      `INSERT INTO job_run (job, scheduled_for, started_at, finished_at, status)
       VALUES ($1, $2::timestamptz, $2, $2::timestamptz + interval '2 seconds', $3)`,
      [name, new Date(NOW - daysAgo * DAY_MS), status],
    );

  it('shows the last runs of all jobs or of one, newest first', async () => {
    await past('sweep', 3);
    await past('other', 2, 'failed');
    await past('sweep', 1);
    const all = await listRuns(pool, { job: undefined, limit: 10 });
    expect(all.map(({ job: name, startedAt }) => [name, (NOW - startedAt) / DAY_MS])).toEqual([
      ['sweep', 1],
      ['other', 2],
      ['sweep', 3],
    ]);
    expect(all[0]).toMatchObject({ scheduledFor: NOW - DAY_MS, finishedAt: NOW - DAY_MS + 2_000, status: 'succeeded' });
    const one = await listRuns(pool, { job: 'sweep', limit: 1 });
    expect(one.map(({ job: name, startedAt }) => [name, (NOW - startedAt) / DAY_MS])).toEqual([['sweep', 1]]);
  });

  it('ends after 90 days, but for the newest run of a job', async () => {
    await past('sweep', 91);
    await past('sweep', 89);
    await past('yearly', 300);
    await past('yearly', 200);
    expect(await deleteOldRuns(pool, NOW)).toBe(2);
    const kept = await listRuns(pool, { job: undefined, limit: 10 });
    expect(kept.map(({ job: name, startedAt }) => [name, (NOW - startedAt) / DAY_MS])).toEqual([
      ['sweep', 89],
      ['yearly', 200],
    ]);
  });

  it('is told to /metrics: durations by job and outcome, and when a job last ended well', async () => {
    const metrics = createMetrics();
    const observed = { ...ports(), observe: metrics.jobs };
    await runOnce(
      observed,
      job(async () => 1),
      null,
    );
    await runOnce(
      observed,
      job(async () => {
        throw new Error('no');
      }),
      null,
    );
    const text = await metrics.render();
    expect(text).toContain('activity_graph_job_duration_seconds_count{job="sweep",status="succeeded"} 1');
    expect(text).toContain('activity_graph_job_duration_seconds_count{job="sweep",status="failed"} 1');
    expect(text).toContain(`activity_graph_job_last_success_timestamp_seconds{job="sweep"} ${NOW / 1_000}`);
  });

  it('tells /metrics of the last success also after the process began anew', async () => {
    await past('sweep', 0.01);
    const metrics = createMetrics();
    const scheduler = createScheduler({ ...ports(), observe: metrics.jobs }, [
      job(async () => 1, { schedule: '0 0 1 1 *' }),
    ]);
    await scheduler.start();
    await scheduler.stop();
    const at = (NOW - 0.01 * DAY_MS + 2_000) / 1_000;
    expect(await metrics.render()).toContain(`activity_graph_job_last_success_timestamp_seconds{job="sweep"} ${at}`);
  });
});

describe('the scheduler', () => {
  it('fires in two processes and runs each fire once', async () => {
    let count = 0;
    const each = job(
      async () => {
        count += 1;
      },
      { schedule: '* * * * * *' },
    );
    const real = { pool, logger, clock: { now: () => Date.now() } };
    const schedulers = [createScheduler(real, [each]), createScheduler(real, [each])];
    await Promise.all(schedulers.map((scheduler) => scheduler.start()));
    await vi.waitFor(() => expect(count).toBeGreaterThanOrEqual(2), { timeout: 8_000 });
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
    const fires = (await runs()).map((run) => Number(run.scheduled_for));
    expect(new Set(fires).size).toBe(fires.length);
    expect(count).toBe(fires.length);
  });

  it('makes up for a fire that was missed while no process was there, once', async () => {
    let count = 0;
    const hourly = job(async () => {
      count += 1;
    });
    const real = { pool, logger, clock: { now: () => Date.now() } };
    await runOnce({ ...real, clock: { now: () => Date.now() - 3 * 3_600_000 } }, hourly, null);
    const schedulers = [createScheduler(real, [hourly]), createScheduler(real, [hourly])];
    await Promise.all(schedulers.map((scheduler) => scheduler.start()));
    await vi.waitFor(() => expect(count).toBe(2));
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
    expect(await runs()).toHaveLength(2);
  });

  it('ends a run at its next saved progress when it stops, and the next run goes on there', async () => {
    let step = 0;
    const long = job(async ({ progress, saveProgress }) => {
      step = (progress as { step: number } | undefined)?.step ?? 0;
      for (; step < 1_000_000; step += 1) {
        await saveProgress({ step });
      }
    });
    const scheduler = createScheduler(ports(), [long]);
    const outcome = scheduler.runJob('sweep');
    await vi.waitFor(() => expect(step).toBeGreaterThan(3));
    await scheduler.stop();
    expect(await outcome).toMatchObject({ status: 'failed', error: expect.stringContaining('stopping') });
    const resumed = await runOnce(
      ports(),
      job(async ({ progress }) => progress),
      null,
    );
    expect(resumed).toMatchObject({ status: 'succeeded', result: { step } });
  });

  it('tells a job that keeps no progress that it is to end', async () => {
    let waiting = false;
    const waits = job(({ signal }) => {
      waiting = true;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const scheduler = createScheduler(ports(), [waits]);
    const outcome = scheduler.runJob('sweep');
    await vi.waitFor(() => expect(waiting).toBe(true));
    await scheduler.stop();
    expect(await outcome).toMatchObject({ status: 'failed', error: expect.stringContaining('stopping') });
  });

  it('goes on at its start with runs that were cut off, and not with those that failed', async () => {
    const given: Record<string, unknown> = {};
    const named = (name: string) =>
      job(
        async ({ progress }) => {
          given[name] = progress;
        },
        { name, schedule: '0 0 1 1 *' },
      );
    const left = (name: string, status: string, error: string | null) =>
      pool.query(`INSERT INTO job_run (job, started_at, status, error, progress) VALUES ($1, $2, $3, $4, $5)`, [
        name,
        new Date(NOW - 1),
        status,
        error,
        { since: NOW - 1, reached: name },
      ]);
    await left('died', 'running', null);
    await left('stopped', 'failed', STOPPED);
    await left('failed', 'failed', 'The graph is away');
    const scheduler = createScheduler(ports(), ['died', 'stopped', 'failed', 'never'].map(named));
    await scheduler.start();
    await vi.waitFor(() => expect(Object.keys(given).sort()).toEqual(['died', 'stopped']));
    await scheduler.stop();
    expect(given).toEqual({ died: 'died', stopped: 'stopped' });
  });

  it('knows no job of another name', async () => {
    await expect(createScheduler(ports(), []).runJob('sweep')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
