import type { Rest } from '../signals/rest.ts';

/** Work that is done again and again: what it is called, when it is due, and what it does. */
export interface Job {
  readonly name: string;
  /** Cron expression of five fields, in UTC. */
  readonly schedule: string;
  /** One sentence for `jobs list`. */
  readonly description: string;
  /** Does the work and returns what it did, as plain JSON. May be cut off at any moment and is then run again. */
  run(context: JobContext): Promise<unknown>;
}

interface JobContext {
  /** Milliseconds since the epoch when the run began. */
  readonly now: number;
  /** What `saveProgress` last kept of a run that did not end well, within some hours; undefined for a fresh start. */
  readonly progress: unknown;
  /** Keeps how far the run is, as plain JSON. @throws when the process is stopping, so that the run ends there */
  saveProgress(progress: unknown): Promise<void>;
  /** Waits between two pieces of work, given how long the last one took: the graph is not a job's alone. */
  readonly rest: Rest;
  /** Aborted when the process is stopping: work that keeps no progress ends by it. */
  readonly signal: AbortSignal;
}
