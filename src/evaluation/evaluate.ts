import type { App } from '../app.ts';
import { compareBaselines } from './baselines/compare.ts';
import { deriveEdges } from './derive.ts';
import type { Interaction } from './interactions.ts';
import { type Judgement, judge, type Lists, peopleJudged } from './judge.ts';
import { recommend } from './recommend.ts';
import { type ReplayedData, replay, type Step } from './replay.ts';

export interface EvaluateRequest extends ReplayedData {
  readonly test: readonly Interaction[];
  readonly algorithm: string;
  readonly rules: 'on' | 'off';
}

export interface Evaluation {
  readonly lists: Lists;
  /** The algorithm's, then the baselines'. */
  readonly rows: readonly { readonly name: string; readonly judgement: Judgement }[];
}

/**
 * Has the training happen on the real path (log → projector → derived edges → feed), asks for the feed of everybody that
 * the test knows, and judges it beside simple baselines. The application must be empty, and its clock must stand.
 *
 * @throws AppError `EVALUATION_INVALID`, `ALGORITHM_UNKNOWN`, `GRAPH_BEHIND`
 */
export async function evaluate(app: App, request: EvaluateRequest, step: Step): Promise<Evaluation> {
  const { training, test, algorithm } = request;
  await replay(app, request, step);
  await deriveEdges(app, step);
  const people = peopleJudged(training, test);
  const lists = await recommend(app, { people, algorithm, rules: request.rules }, step);
  const own = { name: algorithm, judgement: judge(lists, training, test) };
  return { lists, rows: [own, ...compareBaselines(training, test)] };
}
