import { AppError } from '../core/errors.ts';
import { type JobListing, listJobs } from '../jobs/runs.ts';
import { type CommandContext, print, withApp } from './context.ts';

/** `jobs list`: each job with its schedule (UTC) and its last run. */
export async function listJobsCommand(context: CommandContext, options: { readonly json?: boolean }): Promise<void> {
  const listings = await withApp(context, ({ pool, jobs }) => listJobs(pool, jobs));
  print(context, options.json === true ? JSON.stringify(listings) : listings.map(lineOf).join('\n'));
}

/** `jobs run NAME`: runs it now, in this process, and says how it ended. */
export async function runJobCommand(
  context: CommandContext,
  name: string,
  options: { readonly json?: boolean },
): Promise<void> {
  const outcome = await withApp(context, ({ scheduler }) => scheduler.runJob(name));
  if (options.json === true) {
    print(context, JSON.stringify(outcome));
  }
  if (outcome.status === 'failed') {
    throw new AppError('INTERNAL', `The job ${name} failed: ${outcome.error}`);
  }
  if (options.json !== true) {
    const what = outcome.status === 'skipped' ? 'another process runs it now' : JSON.stringify(outcome.result);
    print(context, `${name} ${outcome.status}: ${what}`);
  }
}

function lineOf({ name, schedule, description, lastRun }: JobListing): string {
  const last = lastRun === null ? 'never run' : `${lastRun.status} ${new Date(lastRun.startedAt).toISOString()}`;
  return `${name.padEnd(16)}${schedule.padEnd(16)}${last.padEnd(38)}${description}`;
}
