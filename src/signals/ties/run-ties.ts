import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { readProjection } from '../../graph/projection/projection.ts';
import { nextPeople } from '../next-people.ts';
import type { Rest } from '../rest.ts';
import { createSparing, type Sparing } from '../sparing.ts';
import { computeTies, noteContactsOf, type TiePorts, type TiesDone } from './compute-ties.ts';
import { changedContacts } from './tie-queries.ts';

/** How far a full run is: the ties of everybody up to `after`, in the order of ids, are computed. */
export const tiesProgressSchema = z.object({
  after: z.string(),
  people: z.number(),
  written: z.number(),
  deleted: z.number(),
  /** People whose ties could not be computed. */
  skipped: z.number().default(0),
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
  readonly rest?: Rest | undefined;
}

const BATCH = 20;

/**
 * Computes everybody's ties anew, as of `now`, a few people at a time.
 *
 * @throws AppError `GRAPH_REBUILDING` while the graph is only a part of what the log folds to; `GRAPH_UNAVAILABLE`
 */
export async function runTies(ports: TiePorts, options: RunTiesOptions): Promise<TiesProgress> {
  const sparing = createSparing(ports.onSkipped);
  const before = options.progress?.skipped ?? 0;
  let progress = options.progress ?? { after: '', people: 0, written: 0, deleted: 0, skipped: 0 };
  for (;;) {
    const began = performance.now();
    if ((await readProjection(ports.graph)).rebuilding) {
      throw new AppError('GRAPH_REBUILDING', 'The graph is being rebuilt; ties are computed when it is whole');
    }
    const people = (await ports.graph.run(nextPeople, { after: progress.after, limit: BATCH })).map(({ id }) => id);
    const last = people.at(-1);
    if (last === undefined) {
      return progress;
    }
    const { people: computed, written, deleted } = await computeSome(ports, people, options.now, sparing);
    progress = {
      after: last,
      people: progress.people + computed,
      written: progress.written + written,
      deleted: progress.deleted + deleted,
      skipped: before + sparing.skipped(),
    };
    await options.onProgress?.(progress);
    if (people.length < BATCH) {
      return progress;
    }
    await options.rest?.(performance.now() - began);
  }
}

/** More contact edges than anybody has; Neo4j compares with whole numbers of 32 bits. */
const EVERYBODY = 1e9;

async function computeSome(
  ports: TiePorts,
  people: readonly string[],
  now: number,
  sparing: Sparing,
): Promise<TiesDone> {
  const contacts = await ports.graph.run(changedContacts, { people: [...people], maxContacts: EVERYBODY });
  const total = { people: 0, written: 0, deleted: 0 };
  await sparing.each(people, async (some) => {
    const done = await computeTies(ports, some, { now, back: false });
    total.people += done.people;
    total.written += done.written;
    total.deleted += done.deleted;
  });
  // What was noted before and changed since is for the refresh, which looks to the neighbours as well.
  const first = contacts.filter(({ noted }) => noted === 0);
  await noteContactsOf(
    ports,
    first.map((row) => ({ person: row.person, contacts: row.contacts })),
  );
  return total;
}
