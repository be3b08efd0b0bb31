import type { Job } from './job.ts';
import type { RunOutcome } from './runs.ts';

/**
 * Has everything computed anew that the refresh of this name keeps fresh: by the job of that name, and by those after it
 * whose names begin with it (learned models, which nothing else brings up to date). Afresh, since a run before may have
 * been over what is gone by now; one that is under way may have been too, so that it does not count.
 *
 * @throws Error when one of them did not run to its end here
 */
export async function computeAnew(
  name: string,
  jobs: readonly Pick<Job, 'name'>[],
  runJob: (job: string, options: { readonly afresh: true }) => Promise<RunOutcome>,
): Promise<void> {
  const due = jobs.filter((job) => job.name === name || job.name.startsWith(`${name}-`));
  if (due.length === 0) {
    throw new Error(`No job computes anew what the refresh ${name} keeps fresh`);
  }
  for (const job of due) {
    const outcome = await runJob(job.name, { afresh: true });
    if (outcome.status !== 'succeeded') {
      const why = outcome.status === 'failed' ? outcome.error : 'it runs already';
      throw new Error(`The job ${job.name} did not run to its end: ${why}`);
    }
  }
}
