import type { App } from '../app.ts';
import type { Algorithm } from '../feed/rank/algorithm.ts';
import { trainEase } from '../signals/similarity/ease/train-ease.ts';
import { isOwnModel, type OwnModel } from '../signals/similarity/models.ts';
import { runSimilarity } from '../signals/similarity/run-similarity.ts';
import { runTies, type TiesProgress } from '../signals/ties/run-ties.ts';
import { patiently } from './recommend.ts';
import type { Step } from './replay.ts';

type Parts = Pick<App, 'graph' | 'pool' | 'ranking'>;

/** Ridge of the learned similarity, unless another is better. */
export const LAMBDA = 100;

const LEARNED = 'ease';
/** Weights of either sign that are kept of each item, and items that are learned: those that most people took. */
export const LEARNING = { mostNeighbours: 200, mostContents: 6_000 } as const;
/** Data may be of many years: what faded to next to nothing still says what somebody likes. */
const LEAST_WEIGHT = 1e-300;

/**
 * Computes what the algorithm reads beside the fold, as the nightly jobs do: ties, and the models of similarity that
 * it names.
 */
export async function deriveEdges(
  app: Parts,
  request: {
    readonly algorithm: Algorithm;
    readonly lambda: number;
    /** How many there are, to say how far it is. */
    readonly people: number;
    readonly now: number;
  },
  step: Step,
): Promise<void> {
  const { graph, pool, ranking } = app;
  const { algorithm, lambda, people, now } = request;
  const named = modelsOf(algorithm);
  const onTies = step('Tying', people);
  let progress: TiesProgress | undefined;
  await patiently(() =>
    runTies(
      { graph, ranking },
      {
        now,
        progress,
        onProgress: async (reached) => {
          progress = reached;
          onTies(reached.people);
        },
      },
    ),
  );
  const onProgress = step('Learning', named.length);
  for (const [index, model] of named.entries()) {
    if (model === LEARNED) {
      await learnSimilarity(app, { lambda, now });
    } else {
      await runSimilarity({ graph, pool }, { ranking, models: [model], now, onProgress: async () => undefined });
    }
    onProgress(index + 1);
  }
}

/** Learns the item–item weights anew with another ridge, in the place of those that are there. */
async function learnSimilarity(
  { graph, ranking }: Parts,
  { lambda, now }: { readonly lambda: number; readonly now: number },
): Promise<void> {
  await trainEase(graph, {
    ranking,
    now,
    lambda,
    ...LEARNING,
    // The most popular of all times, not of the last days.
    recentMs: Number.MAX_SAFE_INTEGER,
    leastWeight: LEAST_WEIGHT,
  });
}

/** The models that the service itself computes; one that only stands in for a learned model need not be there. */
function modelsOf({ similarity, alike }: Algorithm): OwnModel[] {
  const contents = similarity.models.map(({ model }) => model);
  return [...new Set([...(similarity.fallback ? contents.slice(0, 1) : contents), alike.model])].filter(isOwnModel);
}
