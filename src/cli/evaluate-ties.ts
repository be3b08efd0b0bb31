import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openApp } from '../app.ts';
import { openStores } from '../embedded/stores.ts';
import { evaluateTies, type TieEvaluation } from '../evaluation/ties/evaluate-ties.ts';
import { readMessages, splitMessages } from '../evaluation/ties/messages.ts';
import { type CommandContext, openCommand, print } from './context.ts';

export interface EvaluateTiesOptions {
  readonly messages: string;
  /** Share that is known, in (0, 1). */
  readonly share: number;
  readonly by: 'time' | 'count';
  readonly json?: boolean;
}

const FOLD_TIMEOUT_MS = 30 * 60_000;

/** `evaluate-ties`: how well ties foretell whom people write to, in throwaway embedded stores, beside simpler methods. */
export async function runEvaluateTies(context: CommandContext, options: EvaluateTiesOptions): Promise<void> {
  const split = splitMessages(await readMessages(options.messages), options.share, options.by);
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'activity-graph-ties-'));
  const environment = { LOG_LEVEL: context.environment['LOG_LEVEL'], DATA_DIR: dataDir };
  const { config, logger } = openCommand({ ...context, environment });
  const progress = (line: string): void => void context.err.write(`${line}\n`);
  const stores = await openStores({ config, logger, purpose: 'serve', progress });
  try {
    const app = await openApp({ config, addresses: stores.addresses, logger });
    const { log, graph, ranking, projector } = app;
    try {
      await app.prepareGraph();
      projector.start();
      const project = async () => projector.waitFor(await log.head(), FOLD_TIMEOUT_MS);
      const found = await evaluateTies({ log, graph, ranking, project, progress }, split);
      const sizes = { train: split.train.length, test: split.test.length };
      print(context, options.json === true ? JSON.stringify({ ...sizes, methods: found }) : table(sizes, found));
    } finally {
      await app.close();
    }
  } finally {
    await stores.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function table(
  { train, test }: { readonly train: number; readonly test: number },
  found: readonly TieEvaluation[],
): string {
  const { people = 0, pairs = 0 } = found[0]?.judgement ?? {};
  const number = (value: number): string => value.toLocaleString('en');
  return [
    `${number(train)} messages known, ${number(test)} to foretell: ${number(people)} people, ${number(pairs)} pairs`,
    '',
    '| method | AUC | precision@10 |',
    '|---|--:|--:|',
    ...found.map(
      ({ method, judgement: { auc, precisionAt10 } }) =>
        `| ${method} | ${auc.toFixed(4)} | ${precisionAt10.toFixed(4)} |`,
    ),
  ].join('\n');
}
