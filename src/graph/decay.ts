import { z } from 'zod';
import type { Ranking } from '../activity/ranking.ts';
import type { Graph } from './graph.ts';
import { checkFingerprint, lockProjection } from './projection/projection.ts';
import { defineQuery } from './query.ts';

const halfLife = z.number().positive();
const bringSomeForward = defineQuery({
  name: 'decay/bring-forward',
  mode: 'write',
  params: z.object({
    from: z.string(),
    now: z.number(),
    limit: z.number(),
    engagedHalfLifeMs: halfLife,
    interactedHalfLifeMs: halfLife,
    interestedInHalfLifeMs: halfLife,
    nothingLeft: z.number(),
  }),
  row: z.object({ lastUser: z.string().nullable(), edges: z.number(), deleted: z.number() }),
});

/** Below this weight, of either sign, an edge is deleted: no reader could tell it from none. */
const NOTHING_LEFT = 1e-11;
/** The projector waits as long as such a transaction takes. */
const EDGES_PER_TRANSACTION = 500;

/** How far a decay run is: every edge of people before `from` has been brought forward. */
export const decayProgressSchema = z.object({ from: z.string(), edges: z.number(), deleted: z.number() });
export type DecayProgress = z.infer<typeof decayProgressSchema>;

export interface DecayOptions {
  readonly ranking: Ranking;
  /** Milliseconds since the epoch that weights are brought forward to. */
  readonly now: number;
  /** Where a run that was cut off goes on. */
  readonly progress?: DecayProgress | undefined;
  /** Most edges in one transaction. */
  readonly edgesPerTransaction?: number;
  /**
   * Waits between two transactions, given how long the last one took in milliseconds, so that the projector gets the
   * lock in between; without it, the run goes on at once.
   */
  readonly rest?: (workedMs: number) => Promise<unknown>;
  /** Called after each transaction; the run goes on when it returns, and ends early when it throws. */
  readonly onProgress?: (progress: DecayProgress) => Promise<void>;
}

/**
 * Brings the stored weight of every fading edge forward to `now`, for those who read plain `e.weight`, and deletes edges
 * that have faded to nothing unless they are declared interests.
 *
 * Reading `weight` and `asOf` is exact without it; so a run that is missed, doubled, or cut off half-way changes
 * nothing that such a reader sees. Each transaction locks the projection, since it writes folded edges.
 */
export async function bringForwardEdges(graph: Graph, options: DecayOptions): Promise<DecayProgress> {
  const { ranking, now } = options;
  const limit = options.edgesPerTransaction ?? EDGES_PER_TRANSACTION;
  let progress = options.progress ?? { from: '', edges: 0, deleted: 0 };
  for (;;) {
    const { from } = progress;
    const began = performance.now();
    const batch = await graph.write(async (tx) => {
      checkFingerprint(await lockProjection(tx, ranking), ranking);
      const [done] = await tx.run(bringSomeForward, {
        from,
        now,
        limit,
        engagedHalfLifeMs: ranking.halfLifeMs.ENGAGED,
        interactedHalfLifeMs: ranking.halfLifeMs.INTERACTED,
        interestedInHalfLifeMs: ranking.halfLifeMs.INTERESTED_IN,
        nothingLeft: NOTHING_LEFT,
      });
      return done;
    });
    if (batch === undefined || batch.lastUser === null) {
      return progress;
    }
    progress = {
      // That person may have more edges than fitted in; those that are done are at `now` and are passed over.
      from: batch.lastUser,
      edges: progress.edges + batch.edges,
      deleted: progress.deleted + batch.deleted,
    };
    await options.onProgress?.(progress);
    if (batch.edges < limit) {
      return progress;
    }
    await options.rest?.(performance.now() - began);
  }
}
