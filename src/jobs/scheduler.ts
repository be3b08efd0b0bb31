import { type Logger as CronLogger, createTask, type ScheduledTask } from 'node-cron';
import type { Job } from './job.ts';
import { jobNamed, type RunOutcome, type RunPorts, runOnce } from './runs.ts';

export interface Scheduler {
  /** Begins to fire; a fire that nobody answered while no process was there is made up for at once. */
  start(): Promise<void>;
  /** No more fires; runs that are under way end at the next point where their progress is kept. */
  stop(): Promise<void>;
  /** Runs a job now, by hand. @throws AppError `NOT_FOUND` */
  runJob(name: string): Promise<RunOutcome>;
}

/**
 * Fires the jobs at their times (cron, UTC). Every process that has a scheduler fires; `job_run` and the advisory lock
 * of `runOnce` decide which of them runs the job, so that there is one run per fire whoever dies.
 */
export function createScheduler(ports: RunPorts, jobs: readonly Job[]): Scheduler {
  const ending = new AbortController();
  const underWay = new Set<Promise<RunOutcome>>();

  const run = (job: Job, scheduledFor: number | null): Promise<RunOutcome> => {
    const outcome = runOnce(ports, job, scheduledFor, ending.signal);
    underWay.add(outcome);
    const done = (): void => void underWay.delete(outcome);
    outcome.then(done, done);
    return outcome;
  };
  const fire = async (job: Job, scheduledFor: number): Promise<void> => {
    try {
      await run(job, scheduledFor);
    } catch (error) {
      // Postgres is away, so that not even the failure can be recorded; the next fire tries again.
      ports.logger.warn({ job: job.name, err: error }, 'a job could not be started');
    }
  };
  const tasks = jobs.map((job) => ({
    job,
    task: createTask(job.schedule, (context) => fire(job, wholeSecond(context.date)), {
      name: job.name,
      timezone: 'UTC',
      noOverlap: true,
      unref: true,
      logger: quiet(ports),
    }),
  }));

  return {
    async start() {
      for (const { job, task } of tasks) {
        await task.start();
        const missed = await missedFire(ports, job, task);
        if (missed !== undefined) {
          void fire(job, missed);
        }
      }
    },
    async stop() {
      ending.abort(new Error('The process is stopping; the next run goes on here.'));
      for (const { task } of tasks) {
        await task.destroy();
      }
      await Promise.allSettled(underWay);
    },
    runJob: async (name) => run(jobNamed(jobs, name), null),
  };
}

/** Fires name whole seconds, so that all processes mean the same fire. */
function wholeSecond(date: Date): number {
  return Math.floor(date.getTime() / 1_000) * 1_000;
}

/**
 * The last fire before now, if it is after the newest run; undefined if nothing was missed or the job never ran (its
 * first fire is soon enough). Found by the distance of the next two fires, which is exact for even schedules.
 */
async function missedFire({ pool, clock }: RunPorts, job: Job, task: ScheduledTask): Promise<number | undefined> {
  const [next, afterNext] = task.getNextRuns(2);
  if (next === undefined || afterNext === undefined) {
    return undefined;
  }
  const last = wholeSecond(next) - (wholeSecond(afterNext) - wholeSecond(next));
  const { rows } = await pool.query<{ newest: Date | null }>(
    'SELECT max(started_at) AS newest FROM job_run WHERE job = $1',
    [job.name],
  );
  const newest = rows[0]?.newest?.getTime();
  return newest !== undefined && newest < last && last <= clock.now() ? last : undefined;
}

/** What node-cron has to say goes into our log. */
function quiet({ logger }: RunPorts): CronLogger {
  const text = (message: string | Error): string => (message instanceof Error ? message.message : message);
  return {
    info: (message) => logger.debug(message),
    warn: (message) => logger.warn(message),
    error: (message) => logger.error(text(message)),
    debug: (message) => logger.debug(text(message)),
  };
}
