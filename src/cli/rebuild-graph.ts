import { AppError } from '../core/errors.ts';
import { checkGraph } from '../graph/projection/check.ts';
import { rebuildGraph } from '../graph/projection/rebuild.ts';
import { chainAt } from '../log/chain/chain-at.ts';
import { titlesOf } from '../log/read/catalogue.ts';
import { deadLetterPositions, forgetDeadLetters, recordDeadLetters } from '../log/read/dead-letters.ts';
import { forgetRefreshes } from '../signals/refresh-position.ts';
import { type CommandContext, print, withApp } from './context.ts';
import { startProgress } from './progress.ts';

export interface RebuildOptions {
  readonly check?: boolean;
  readonly json?: boolean;
  readonly silent?: boolean;
}

/** Folds the graph anew from the log, or with `check` compares it with what the log folds to. */
export async function runRebuildGraph(context: CommandContext, options: RebuildOptions): Promise<void> {
  await (options.check === true ? check(context, options) : rebuild(context, options));
}

async function rebuild(context: CommandContext, options: RebuildOptions): Promise<void> {
  const position = await withApp(context, async (app) => {
    const { graph, log, pool, ranking, clock, refreshes, prepareGraph } = app;
    await prepareGraph();
    const total = await log.head();
    const silent = options.silent === true || options.json === true;
    const progress = startProgress({ label: 'Folding', total, silent, err: context.err, clock });
    const reached = await rebuildGraph({
      graph,
      log,
      ranking,
      titlesOf: (references) => titlesOf(pool, references),
      recordDeadLetters: (letters) => recordDeadLetters(pool, letters),
      forgetDeadLetters: () => forgetDeadLetters(pool),
      forgetRefreshes: () => forgetRefreshes(pool, refreshes),
      chainAt: (position) => chainAt(pool, position),
      onProgress: (state) => progress.update(state.position),
    });
    progress.end();
    return reached;
  });
  print(
    context,
    options.json === true
      ? JSON.stringify({ position })
      : [
          `The graph is the fold of the log up to position ${position}.`,
          'Ties and similarity are computed anew as soon as the server runs. Similarity models that another program',
          'uploaded are gone: upload them again.',
        ].join('\n'),
  );
}

/** @throws AppError `GRAPH_DIFFERS` */
async function check(context: CommandContext, options: RebuildOptions): Promise<void> {
  const result = await withApp(context, ({ graph, log, pool, ranking, clock }) =>
    checkGraph({
      graph,
      log,
      ranking,
      deadLetters: (after, upTo) => deadLetterPositions(pool, after, upTo),
      now: clock.now(),
    }),
  );
  if (options.json === true) {
    print(context, JSON.stringify(result));
  } else {
    const lines = result.differences.map((difference) => JSON.stringify(difference));
    print(
      context,
      [...lines, `${result.edges} edges compared: ${result.differences.length} difference(s).`].join('\n'),
    );
  }
  if (result.differences.length > 0) {
    throw new AppError('GRAPH_DIFFERS', `${result.differences.length} difference(s) between graph and log.`);
  }
}
