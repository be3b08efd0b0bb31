import type { App } from '../app.ts';
import type { Algorithm } from '../feed/rank/algorithm.ts';
import { algorithmNamed } from '../feed/rank/algorithms.ts';
import type { ImportedActivity } from '../import/load.ts';
import { compareBaselines } from './baselines/compare.ts';
import { deriveEdges, LAMBDA } from './derive.ts';
import { type HoldoutBy, holdOut } from './holdout.ts';
import type { Friendship, Interaction } from './interactions.ts';
import { type Judgement, judge, type Lists, peopleJudged } from './judge.ts';
import { recommend } from './recommend.ts';
import { connectionsOf, likesOf, replay, type Step } from './replay.ts';
import { activate } from './tune/activate.ts';
import { type Tuning, tune } from './tune/tune.ts';

export interface DataSet {
  readonly training: readonly Interaction[];
  readonly friendships: readonly Friendship[];
}

export interface EvaluateRequest extends DataSet {
  readonly test: readonly Interaction[];
  readonly algorithm: string;
  readonly rules: 'on' | 'off';
  /** Whether the algorithm's numbers are chosen on a part of the training first. */
  readonly tune: boolean;
  /** Which part that is; default: see `holdOut`. */
  readonly holdOutBy?: HoldoutBy | undefined;
}

export interface Evaluation {
  readonly lists: Lists;
  /** The algorithm's, then the baselines'. */
  readonly rows: readonly { readonly name: string; readonly judgement: Judgement }[];
  readonly tuning: Tuning | null;
}

/**
 * Has the training happen on the real path (log → projector → derived edges → feed), asks for the feed of everybody that
 * the test knows, and judges it beside simple baselines. The application must be empty, and its clock must stand.
 *
 * @throws AppError `EVALUATION_INVALID`, `ALGORITHM_UNKNOWN`, `GRAPH_BEHIND`
 */
export async function evaluate(app: App, request: EvaluateRequest, step: Step): Promise<Evaluation> {
  const { training, test, rules } = request;
  const algorithm = algorithmNamed(request.algorithm);
  const now = app.clock.now();
  const { tuning, rest } = await begin(app, { request, algorithm }, step);
  await replay(app, rest, step);
  await deriveEdges(app, { algorithm, lambda: tuning?.lambda ?? LAMBDA, people: peopleOf(request), now }, step);
  if (tuning !== null && tuning.overlay !== null) {
    const { overlay, evidence } = tuning;
    await activate(app.pool, { algorithm: algorithm.name, overlay, evidence, now });
  }
  const people = peopleJudged(training, test);
  const lists = await recommend(app, { people, algorithm: algorithm.name, rules }, step);
  const own = { name: algorithm.name, judgement: judge(lists, training, test) };
  return { lists, rows: [own, ...compareBaselines(training, test)], tuning };
}

/** Chooses numbers on an application that is empty, and leaves in it what was not put aside. */
export async function chooseNumbers(
  app: App,
  request: { readonly data: DataSet; readonly algorithm: Algorithm; readonly holdOutBy?: HoldoutBy | undefined },
  step: Step,
): Promise<{ readonly tuning: Tuning; readonly rest: readonly ImportedActivity[] }> {
  const { data, algorithm } = request;
  const { connections, likes } = happeningsOf(data, app.clock.now());
  const holdout = holdOut(data.training, request.holdOutBy);
  const happened = inOrder(holdout.training, likes);
  await replay(app, [...connections, ...happened], step);
  const tuning = await tune(
    app,
    { algorithm, holdout, people: peopleOf(data), now: happened.at(-1)?.at ?? app.clock.now() },
    step,
  );
  const kept = new Set(holdout.training);
  const rest = data.training.filter((event) => !kept.has(event));
  return { tuning, rest: inOrder(rest, likes) };
}

/** How many people the data know. */
function peopleOf({ training, friendships }: DataSet): number {
  return new Set([...training.map(({ person }) => person), ...friendships.flat()]).size;
}

async function begin(
  app: App,
  { request, algorithm }: { readonly request: EvaluateRequest; readonly algorithm: Algorithm },
  step: Step,
): Promise<{ readonly tuning: Tuning | null; readonly rest: readonly ImportedActivity[] }> {
  if (request.tune) {
    return await chooseNumbers(app, { data: request, algorithm, holdOutBy: request.holdOutBy }, step);
  }
  const { connections, likes } = happeningsOf(request, app.clock.now());
  return { tuning: null, rest: [...connections, ...inOrder(request.training, likes)] };
}

function happeningsOf({ training, friendships }: DataSet, now: number) {
  const likes = likesOf(training, now);
  const oldest = [...likes.values()].reduce((least, { at }) => Math.min(least, at), now);
  return { connections: connectionsOf(friendships, oldest), likes };
}

function inOrder(
  events: readonly Interaction[],
  likes: ReadonlyMap<Interaction, ImportedActivity>,
): readonly ImportedActivity[] {
  return events.flatMap((event) => likes.get(event) ?? []).sort((a, b) => a.at - b.at);
}
