import { writeFile } from 'node:fs/promises';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type EvaluateRequest, evaluate } from '../evaluation/evaluate.ts';
import type { HoldoutBy } from '../evaluation/holdout.ts';
import { readFriendships, readInteractions } from '../evaluation/interactions.ts';
import type { Step } from '../evaluation/replay.ts';
import { jsonLinesOf, tableOf, tuningOf } from '../evaluation/report.ts';
import { REPLAY_END, withThrowawayApp } from '../evaluation/throwaway.ts';
import { algorithmNamed } from '../feed/rank/algorithms.ts';
import { type CommandContext, openCommand, print } from './context.ts';
import { startProgress } from './progress.ts';

export interface EvaluateOptions {
  readonly train: string;
  readonly test: string;
  readonly friends?: string;
  readonly algorithm: string;
  readonly rules: 'on' | 'off';
  readonly out?: string;
  /** Choose the algorithm's numbers on a part of the training first. */
  readonly tune?: boolean;
  /** What of the training to choose by. */
  readonly holdOut?: HoldoutBy;
  readonly silent?: boolean;
  readonly json?: boolean;
}

/** `evaluate`: how good the feed of an algorithm is on a data set, through the real path in throwaway stores. */
export async function runEvaluate(context: CommandContext, options: EvaluateOptions): Promise<void> {
  // Before the stores are started, which takes a while: what is wrong with the request.
  algorithmNamed(options.algorithm);
  const request = await readRequest(options);
  const quiet = options.silent === true || options.json === true;
  const progress = (line: string): void => void (quiet || context.err.write(`${line}\n`));
  const step = steps(context, quiet);
  const throwaway = { logger: openCommand(context).logger, clock: { now: () => REPLAY_END }, progress };
  const evaluation = await withThrowawayApp(throwaway, (app) => evaluate(app, request, step));
  if (options.out !== undefined) {
    await writeFile(options.out, jsonLinesOf(evaluation.lists));
  }
  const { rows, tuning } = evaluation;
  if (options.json === true) {
    print(context, JSON.stringify({ rows, ...(tuning === null ? {} : { tuning }) }));
  } else {
    print(context, [...(tuning === null ? [] : [tuningOf(tuning), '']), tableOf(evaluation)].join('\n'));
  }
}

async function readRequest(options: EvaluateOptions): Promise<EvaluateRequest> {
  const { train, test, friends, algorithm, rules } = options;
  const request = {
    training: await readInteractions(train),
    test: await readInteractions(test),
    friendships: friends === undefined ? [] : await readFriendships(friends),
    algorithm,
    rules,
    tune: options.tune === true,
    holdOutBy: options.holdOut,
  };
  if (request.training.length === 0) {
    throw new AppError('EVALUATION_INVALID', `${train} has no events`);
  }
  return request;
}

/** A bar for each stretch of work. */
export function steps(context: CommandContext, silent: boolean): Step {
  return (label, total) => {
    const bar = startProgress({ label, total, silent, err: context.err, clock: systemClock });
    let ended = false;
    return (done) => {
      bar.update(done);
      if (done >= total && !ended) {
        ended = true;
        bar.end();
      }
    };
  };
}
