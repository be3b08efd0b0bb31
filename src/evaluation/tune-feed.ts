import type { App } from '../app.ts';
import { AppError } from '../core/errors.ts';
import type { Algorithm } from '../feed/rank/algorithm.ts';
import { algorithmNamed } from '../feed/rank/algorithms.ts';
import { chooseNumbers } from './evaluate.ts';
import { readGraphData } from './graph-data.ts';
import type { Step } from './replay.ts';
import { REPLAY_END, withThrowawayApp } from './throwaway.ts';
import { activate, deactivate } from './tune/activate.ts';
import { isClearGain } from './tune/clear-gain.ts';
import { isEnough, LEAST_EVENTS, LEAST_PEOPLE } from './tune/enough.ts';
import type { Tuning } from './tune/tune.ts';

/** The algorithm whose numbers are chosen unless another is named. */
export const TUNED_ALGORITHM = 'graph_v2';

/** What of a running service is needed to choose its numbers. */
export type TunedApp = Pick<App, 'graph' | 'pool' | 'ranking' | 'clock' | 'logger' | 'prepareGraph'>;

export type TuneResult =
  | (Tuning & {
      /** The next feed takes what was chosen. */
      readonly activated: boolean;
      /** The next feed takes the algorithm's file again, since nothing is clearly better. */
      readonly deactivated: boolean;
    })
  | { readonly skipped: string };

/**
 * Replays in throwaway stores what people did up to a while ago, and chooses the numbers that rank best what they did
 * since. The next feed takes them if they are clearly better than what the algorithm's file has, see `isClearGain`; else it
 * takes the file, also where it took other numbers before.
 *
 * @throws AppError `ALGORITHM_UNKNOWN`, `REQUEST_MALFORMED` for an algorithm without weights, `STORE_START_FAILED`
 */
export async function tuneFeed(
  app: TunedApp,
  options: {
    readonly algorithm?: string;
    /** Only say what would be chosen. */
    readonly dryRun?: boolean;
    readonly step?: Step;
    readonly progress?: (line: string) => void;
    /** Ends it; nothing is changed then. */
    readonly signal?: AbortSignal;
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
  const { signal } = options;
  const ending = signal === undefined ? {} : { signal };
  const aside = { logger: app.logger, clock: { now: () => REPLAY_END }, progress, ...ending };
  const { tuning } = await withThrowawayApp(aside, (replayed) => chooseNumbers(replayed, { data, algorithm }, step));
  return { ...tuning, ...(dryRun ? NOTHING_DONE : await take(app, algorithm.name, tuning)) };
}

const NOTHING_DONE = { activated: false, deactivated: false };

/** Has the next feed take what was chosen, or the file where that is as good. */
export async function take(
  { pool, clock }: Pick<App, 'pool' | 'clock'>,
  algorithm: string,
  { overlay, evidence }: Pick<Tuning, 'overlay' | 'evidence'>,
): Promise<typeof NOTHING_DONE> {
  if (overlay === null || !isClearGain(evidence)) {
    return { ...NOTHING_DONE, deactivated: await deactivate(pool, algorithm) };
  }
  await activate(pool, { algorithm, overlay, evidence, now: clock.now() });
  return { ...NOTHING_DONE, activated: true };
}

function linearNamed(name: string): Algorithm {
  const algorithm = algorithmNamed(name);
  if (algorithm.score.form !== 'linear') {
    throw new AppError('REQUEST_MALFORMED', `algorithm: the score of ${name} has no weights to choose`);
  }
  return algorithm;
}
