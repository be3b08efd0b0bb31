import { type Logger as CronLogger, createTask } from 'node-cron';
import { lastTimes } from './history.ts';
import type { Job } from './job.ts';
import { lastFire } from './last-fire.ts';
import { jobNamed, type RunOptions, type RunOutcome, type RunPorts, runOnce, STOPPED } from './runs.ts';

export interface Scheduler {
  /** Begins to fire; a fire that nobody answered while no process was there, and a run that was cut off, go on at once. */
  start(): Promise<void>;
  /** No more fires; runs that are under way end at the next point where their progress is kept. */
  stop(): Promise<void>;
  /** Runs a job now, by hand; `afresh`, whatever a run before it has done already. @throws AppError `NOT_FOUND` */
  runJob(name: string, options?: Pick<RunOptions, 'afresh'>): Promise<RunOutcome>;
  /**
   * Begins to run a job now and does not wait for its end. Returns the number of the run; null when the job runs
   * already, here or in another process. @throws AppError `NOT_FOUND`
   */
  beginJob(name: string): Promise<number | null>;
}

/**
 * Fires the jobs at their times (cron, UTC). Every process that has a scheduler fires; `job_run` and the advisory lock
 * of `runOnce` decide which of them runs the job, so that there is one run per fire whoever dies.
 */
export function createScheduler(ports: RunPorts, jobs: readonly Job[]): Scheduler {
  const ending = new AbortController();
  const underWay = new Set<Promise<RunOutcome>>();

  const run = (job: Job, scheduledFor: number | null, options: RunOptions = {}): Promise<RunOutcome> => {
    const outcome = runOnce(ports, job, scheduledFor, { ...options, signal: ending.signal });
    underWay.add(outcome);
    const done = (): void => void underWay.delete(outcome);
    outcome.then(done, done);
    return outcome;
  };
  const fire = async (job: Job, scheduledFor: number | null): Promise<void> => {
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
      const last = await lastTimes(ports.pool, jobs);
      for (const { job, task } of tasks) {
        await task.start();
        const { startedAt, succeededAt, cutOff = false } = last.get(job.name) ?? {};
        if (succeededAt != null) {
          ports.observe?.succeeded(job.name, succeededAt);
        }
        // A job that never ran has missed nothing: its first fire is soon enough.
        const missed =
          startedAt === undefined
            ? undefined
            : lastFire(job.schedule, task, { after: startedAt, now: ports.clock.now() });
        if (missed !== undefined || cutOff) {
          void fire(job, missed ?? null);
        }
      }
    },
    async stop() {
      ending.abort(new Error(STOPPED));
      for (const { task } of tasks) {
        await task.destroy();
      }
      await Promise.allSettled(underWay);
    },
    runJob: async (name, options) => run(jobNamed(jobs, name), null, options),
    beginJob: (name) =>
      new Promise((resolve, reject) => {
        const outcome = run(jobNamed(jobs, name), null, { afresh: true, onBegin: resolve });
        outcome.then(() => resolve(null), reject);
      }),
  };
}

/** Fires name whole seconds, so that all processes mean the same fire. */
function wholeSecond(date: Date): number {
  return Math.floor(date.getTime() / 1_000) * 1_000;
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
