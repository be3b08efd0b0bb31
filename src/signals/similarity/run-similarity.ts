import { z } from 'zod';
import type { Ranking } from '../../activity/ranking.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Queryable } from '../../log/database.ts';
import type { Rest } from '../rest.ts';
import type { OnSkipped } from '../sparing.ts';
import { CO_ENGAGEMENT_MODELS, type OwnModel } from './models.ts';
import { refreshAll, refreshProgressSchema } from './refresh.ts';
import { refreshSeedCounts } from './seed-counts.ts';

/** How far a run is: models that are done with what they did, and where the one under way stands. */
export const similarityProgressSchema = z.object({
  done: z.record(z.string(), z.unknown()),
  within: refreshProgressSchema.optional(),
});
type SimilarityProgress = z.infer<typeof similarityProgressSchema>;

/**
 * Computes these models in full, one after the other, and returns what each did. Goes on where `progress` says;
 * `onProgress` may end the run by throwing. Learned models have a run of their own.
 */
export async function runSimilarity(
  stores: { readonly graph: Graph; readonly pool: Queryable },
  options: {
    readonly ranking: Ranking;
    readonly models: readonly OwnModel[];
    readonly now: number;
    readonly progress?: SimilarityProgress | undefined;
    readonly onProgress: (progress: SimilarityProgress) => Promise<unknown>;
    readonly rest?: Rest | undefined;
    /** Told of a node whose neighbours could not be computed. */
    readonly onSkipped?: OnSkipped;
  },
): Promise<Readonly<Record<string, unknown>>> {
  const { ranking, models, now, onProgress, rest, onSkipped } = options;
  const { done = {}, within } = options.progress ?? {};
  const finish = async (name: string, result: unknown): Promise<void> => {
    done[name] = result;
    await onProgress({ done });
  };
  const isDue = (name: OwnModel): boolean => models.includes(name) && !(name in done);
  let resumes = within;
  for (const model of CO_ENGAGEMENT_MODELS.filter(({ name }) => isDue(name))) {
    const { nodes, edges } = await refreshAll(stores.graph, model, {
      ranking,
      now,
      progress: resumes,
      rest,
      onSkipped,
      onProgress: (reached) => onProgress({ done, within: reached }),
    });
    resumes = undefined;
    await finish(model.name, { nodes, edges });
  }
  if (isDue('seed_counts')) {
    await finish('seed_counts', await refreshSeedCounts(stores, { ranking, now, rest }));
  }
  return done;
}
