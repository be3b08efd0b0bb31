import { describe, expect, it } from 'vitest';
import { computeAnew } from '../../src/jobs/compute-anew.ts';
import type { RunOutcome } from '../../src/jobs/runs.ts';

const JOBS = ['decay', 'similarity', 'similarity-learned', 'ties'].map((name) => ({ name }));
const DONE: RunOutcome = { status: 'succeeded', run: 1, result: null };

async function asked(name: string, outcomes: Readonly<Record<string, RunOutcome>> = {}): Promise<string[]> {
  const ran: string[] = [];
  await computeAnew(name, JOBS, async (job, { afresh }) => {
    ran.push(`${job}${afresh ? ' afresh' : ''}`);
    return outcomes[job] ?? DONE;
  });
  return ran;
}

describe('what a refresh keeps fresh', () => {
  it('is computed anew, afresh, by the job of its name, and by those of learned models after it', async () => {
    expect(await asked('ties')).toEqual(['ties afresh']);
    expect(await asked('similarity')).toEqual(['similarity afresh', 'similarity-learned afresh']);
  });

  it('is not when a job failed, or runs already: what it does may have been over what is gone', async () => {
    const running: RunOutcome = { status: 'skipped', because: 'running' };
    await expect(asked('ties', { ties: running })).rejects.toThrow(
      'The job ties did not run to its end: it runs already',
    );
    const failed: RunOutcome = { status: 'failed', run: 1, error: 'The graph is away' };
    await expect(asked('similarity', { 'similarity-learned': failed })).rejects.toThrow('The graph is away');
  });

  it('is not when there is no such job', async () => {
    await expect(asked('tie')).rejects.toThrow('No job');
  });
});
