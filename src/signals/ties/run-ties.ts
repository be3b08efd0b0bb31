import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { readProjection } from '../../graph/projection/projection.ts';
import { computeTies, type TiePorts } from './compute-ties.ts';
import { nextPeople } from './tie-queries.ts';

/** How far a full run is: the ties of everybody up to `after`, in the order of ids, are computed. */
export const tiesProgressSchema = z.object({
  after: z.string(),
  people: z.number(),
  written: z.number(),
  deleted: z.number(),
});
export type TiesProgress = z.infer<typeof tiesProgressSchema>;

export interface RunTiesOptions {
  /** Milliseconds since the epoch that ties are computed as of. */
  readonly now: number;
  /** Where a run that was cut off goes on. */
  readonly progress?: TiesProgress | undefined;
  /** Called after each batch; the run goes on when it returns, and ends early when it throws. */
  readonly onProgress?: (progress: TiesProgress) => Promise<void>;
  /** Waits between two batches, given how long the last one took in milliseconds. */
  readonly rest?: (workedMs: number) => Promise<unknown>;
}

const BATCH = 20;

/**
 * Computes everybody's ties anew, as of `now`, a few people at a time.
 *
 * @throws AppError `GRAPH_REBUILDING` while the graph is only a part of what the log folds to; `GRAPH_UNAVAILABLE`
 */
export async function runTies(ports: TiePorts, options: RunTiesOptions): Promise<TiesProgress> {
  let progress = options.progress ?? { after: '', people: 0, written: 0, deleted: 0 };
  for (;;) {
    const began = performance.now();
    if ((await readProjection(ports.graph)).rebuilding) {
      throw new AppError('GRAPH_REBUILDING', 'The graph is being rebuilt; ties are computed when it is whole');
    }
    const people = (await ports.graph.run(nextPeople, { after: progress.after, limit: BATCH })).map(
      ({ person }) => person,
    );
    const last = people.at(-1);
    if (last === undefined) {
      return progress;
    }
    const done = await computeTies(ports, people, { now: options.now, back: false });
    progress = {
      after: last,
      people: progress.people + done.people,
      written: progress.written + done.written,
      deleted: progress.deleted + done.deleted,
    };
    await options.onProgress?.(progress);
    if (people.length < BATCH) {
      return progress;
    }
    await options.rest?.(performance.now() - began);
  }
}
