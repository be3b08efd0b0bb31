import { withThrowawayApp } from '../evaluation/throwaway.ts';
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
  // Settings of the service do not count, but for how much is logged.
  const { logger } = openCommand({ ...context, environment: { LOG_LEVEL: context.environment['LOG_LEVEL'] } });
  const progress = (line: string): void => void context.err.write(`${line}\n`);
  const found = await withThrowawayApp({ logger, progress }, async ({ log, graph, ranking, projector }) => {
    projector.start();
    const project = async () => projector.waitFor(await log.head(), FOLD_TIMEOUT_MS);
    return await evaluateTies({ log, graph, ranking, project, progress }, split);
  });
  const sizes = { train: split.train.length, test: split.test.length };
  print(context, options.json === true ? JSON.stringify({ ...sizes, methods: found }) : table(sizes, found));
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
