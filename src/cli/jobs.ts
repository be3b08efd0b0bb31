import { AppError } from '../core/errors.ts';
import { type JobListing, type JobRun, listJobs, listRuns } from '../jobs/history.ts';
import { jobNamed } from '../jobs/runs.ts';
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

/** `jobs history`: the last runs, newest first, of one job or of all. */
export async function jobHistoryCommand(
  context: CommandContext,
  options: { readonly job?: string; readonly limit: number; readonly json?: boolean },
): Promise<void> {
  const runs = await withApp(context, ({ pool, jobs }) => {
    const job = options.job === undefined ? undefined : jobNamed(jobs, options.job).name;
    return listRuns(pool, { job, limit: options.limit });
  });
  print(context, options.json === true ? JSON.stringify(runs) : runs.map(runLine).join('\n') || 'No job ran yet.');
}

function runLine({ job, scheduledFor, startedAt, finishedAt, status, result, error }: JobRun): string {
  const took = finishedAt === null ? '' : `${((finishedAt - startedAt) / 1_000).toFixed(1)} s`;
  const why = scheduledFor === null ? 'by hand' : 'by the clock';
  const what = error ?? (result === null ? '' : JSON.stringify(result));
  const began = new Date(startedAt).toISOString();
  return `${began}  ${job.padEnd(20)}${status.padEnd(11)}${took.padStart(9)}  ${why.padEnd(14)}${what}`;
}

function lineOf({ name, schedule, description, lastRun }: JobListing): string {
  const last = lastRun === null ? 'never run' : `${lastRun.status} ${new Date(lastRun.startedAt).toISOString()}`;
  return `${name.padEnd(20)}${schedule.padEnd(16)}${last.padEnd(38)}${description}`;
}
