import type { App } from '../app.ts';
import { AppError } from '../core/errors.ts';
import type { Algorithm } from '../feed/rank/algorithm.ts';
import { algorithmNamed } from '../feed/rank/algorithms.ts';
import { chooseNumbers } from './evaluate.ts';
import { readGraphData } from './graph-data.ts';
import type { Step } from './replay.ts';
import { REPLAY_END, withThrowawayApp } from './throwaway.ts';
import { activate } from './tune/activate.ts';
import { isEnough, LEAST_EVENTS, LEAST_PEOPLE } from './tune/enough.ts';
import type { Tuning } from './tune/tune.ts';

/** The algorithm whose numbers are chosen unless another is named. */
export const TUNED_ALGORITHM = 'graph_v2';

export type TuneResult = (Tuning & { readonly activated: boolean }) | { readonly skipped: string };

/**
 * Replays in throwaway stores what people did up to a while ago, and chooses the numbers that rank best what they did
 * since. The next feed takes them, unless nothing is better than what the algorithm's file has.
 *
 * @throws AppError `ALGORITHM_UNKNOWN`, `REQUEST_MALFORMED` for an algorithm without weights, `STORE_START_FAILED`
 */
export async function tuneFeed(
  app: Pick<App, 'graph' | 'pool' | 'ranking' | 'clock' | 'logger' | 'prepareGraph'>,
  options: {
    readonly algorithm?: string;
    /** Only say what would be chosen. */
    readonly dryRun?: boolean;
    readonly step?: Step;
    readonly progress?: (line: string) => void;
  } = {},
): Promise<TuneResult> {
  const { dryRun = false, step = () => () => undefined, progress = () => undefined } = options;
  const algorithm = linearNamed(options.algorithm ?? TUNED_ALGORITHM);
  await app.prepareGraph();
  const data = await readGraphData(app.graph, { ranking: app.ranking, excludedTypes: algorithm.excludedTypes });
  if (!isEnough(data)) {
    const least = `${LEAST_EVENTS} engagements, and ${LEAST_PEOPLE} people who did something new`;
    return { skipped: `There is too little to choose by: at least ${least} are needed.` };
  }
  const aside = { logger: app.logger, clock: { now: () => REPLAY_END }, progress };
  const { tuning } = await withThrowawayApp(aside, (replayed) => chooseNumbers(replayed, { data, algorithm }, step));
  const { overlay, evidence } = tuning;
  const activated = overlay !== null && !dryRun;
  if (activated) {
    await activate(app.pool, { algorithm: algorithm.name, overlay, evidence, now: app.clock.now() });
  }
  return { ...tuning, activated };
}

function linearNamed(name: string): Algorithm {
  const algorithm = algorithmNamed(name);
  if (algorithm.score.form !== 'linear') {
    throw new AppError('REQUEST_MALFORMED', `algorithm: the score of ${name} has no weights to choose`);
  }
  return algorithm;
}
