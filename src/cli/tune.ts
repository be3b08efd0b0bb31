import type { App } from '../app.ts';
import { AppError } from '../core/errors.ts';
import { chooseNumbers } from '../evaluation/evaluate.ts';
import { readGraphData } from '../evaluation/graph-data.ts';
import { tuningOf } from '../evaluation/report.ts';
import { activate } from '../evaluation/tune/activate.ts';
import { isEnough, LEAST_EVENTS, LEAST_PEOPLE } from '../evaluation/tune/enough.ts';
import type { Algorithm } from '../feed/rank/algorithm.ts';
import { algorithmNamed } from '../feed/rank/algorithms.ts';
import { type CommandContext, print, withApp } from './context.ts';
import { NOW, steps } from './evaluate.ts';
import { withThrowawayApp } from './throwaway.ts';

export interface TuneOptions {
  readonly algorithm: string;
  /** Say what would be chosen, and change nothing. */
  readonly dryRun?: boolean;
  readonly silent?: boolean;
  readonly json?: boolean;
}

/**
 * `tune`: what people did up to a while ago is replayed in throwaway stores, and the numbers are chosen that rank best
 * what they did since. The next feed takes them, unless nothing is better than what the algorithm's file has.
 */
export async function runTune(context: CommandContext, options: TuneOptions): Promise<void> {
  const algorithm = algorithmNamed(options.algorithm);
  if (algorithm.score.form !== 'linear') {
    throw new AppError('REQUEST_MALFORMED', `algorithm: the score of ${algorithm.name} has no weights to choose`);
  }
  await withApp(context, (app) => tuneHere(app, algorithm, { context, options }));
}

async function tuneHere(
  app: App,
  algorithm: Algorithm,
  { context, options }: { readonly context: CommandContext; readonly options: TuneOptions },
): Promise<void> {
  await app.prepareGraph();
  const data = await readGraphData(app.graph, { ranking: app.ranking, excludedTypes: algorithm.excludedTypes });
  if (!isEnough(data)) {
    throw new AppError(
      'EVALUATION_INVALID',
      `There is too little to choose by: ${LEAST_EVENTS} engagements and ${LEAST_PEOPLE} people with something new are needed`,
    );
  }
  const quiet = options.silent === true || options.json === true;
  const progress = (line: string): void => void (quiet || context.err.write(`${line}\n`));
  const { tuning } = await withThrowawayApp(context, { clock: { now: () => NOW }, progress }, (aside) =>
    chooseNumbers(aside, { data, algorithm }, steps(context, quiet)),
  );
  const { overlay, evidence } = tuning;
  const activated = overlay !== null && options.dryRun !== true;
  if (activated) {
    await activate(app.pool, { algorithm: algorithm.name, overlay, evidence, now: app.clock.now() });
  }
  const said = activated ? 'The next feed takes these numbers.' : 'Nothing was changed.';
  print(context, options.json === true ? JSON.stringify({ ...tuning, activated }) : `${tuningOf(tuning)}\n${said}`);
}
