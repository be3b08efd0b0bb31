import type { App } from '../app.ts';
import type { Step } from './replay.ts';

/** Jobs that compute what the feed reads beside the fold, in the order in which they need each other. */
const DERIVING_JOBS = ['ties', 'similarity', 'ease', 'similarity-ease'] as const;

/** Computes every derived edge in full, as the nightly jobs do. */
export async function deriveEdges(app: Pick<App, 'jobs' | 'clock'>, step: Step): Promise<void> {
  const jobs = DERIVING_JOBS.flatMap((name) => app.jobs.find((job) => job.name === name) ?? []);
  const onProgress = step('Deriving', jobs.length);
  for (const [index, job] of jobs.entries()) {
    await job.run({ now: app.clock.now(), progress: undefined, saveProgress: async () => undefined });
    onProgress(index + 1);
  }
}
