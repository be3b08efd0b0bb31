import type { App } from '../../app.ts';
import type { Algorithm } from '../../feed/rank/algorithm.ts';
import { merged, type Overlay, overlaid } from '../../feed/rank/tuned.ts';
import { deriveEdges, LAMBDA, LEARNING } from '../derive.ts';
import type { Holdout, HoldoutBy } from '../holdout.ts';
import { peopleJudged } from '../judge.ts';
import type { Step } from '../replay.ts';
import { standardErrorOf } from './clear-gain.ts';
import { collectExamples } from './examples.ts';
import { type RidgeTrial, tryRidges } from './ridge.ts';
import { meanNdcg, ndcgs, searchWeights } from './search.ts';
import { SHAPES, type Shape } from './shapes.ts';

/** What was tried and what it came to, on the part of the data that was put aside. */
interface Trial {
  readonly shape: string;
  /** NDCG@10 with the weights it began with, and with those found. */
  readonly before: number;
  readonly ndcg: number;
}

interface Evidence {
  /** How the part to choose by was put aside. */
  readonly heldOut: HoldoutBy;
  readonly people: number;
  /** NDCG@10 of the algorithm's file, and of what was chosen. */
  readonly before: number;
  readonly after: number;
  /** Of the difference between the two, over people. */
  readonly standardError: number;
  readonly trials: readonly Trial[];
  /** Ridges of the learned similarity, tried by themselves. */
  readonly ridges: readonly RidgeTrial[];
}

export interface Tuning {
  /** Null when nothing was better than the algorithm's file. */
  readonly overlay: Overlay | null;
  readonly lambda: number;
  readonly evidence: Evidence;
}

/** So many people are enough to tell two settings apart. */
const MOST_PEOPLE = 600;

interface Tried extends Trial, Judged {
  readonly overlay: Overlay;
}

/** NDCG@10 person by person: with the weights it began with, and with those found. */
interface Judged {
  readonly each: { readonly before: readonly number[]; readonly after: readonly number[] };
}

/**
 * Chooses an algorithm's numbers on a part of the data that was put aside: first the ridge of the learned similarity, then
 * how long taste lasts, and with each way of that the weights that make the best lists. The application must hold the
 * training part of the holdout, and only that; `now` is when it ends.
 */
export async function tune(
  app: App,
  request: {
    readonly algorithm: Algorithm;
    readonly holdout: Holdout;
    /** How many the data know. */
    readonly people: number;
    readonly now: number;
  },
  step: Step,
): Promise<Tuning> {
  const { algorithm, holdout, now } = request;
  const people = sampleOf(peopleJudged(holdout.training, holdout.validation));
  const ridges = tryRidges(holdout, { people, ...LEARNING });
  const { lambda } = bestOf(ridges) ?? { lambda: LAMBDA };
  await deriveEdges(app, { algorithm, lambda, people: request.people, now }, step);
  const trials: Tried[] = [];
  for (const shape of SHAPES) {
    const onProgress = step(`Trying ${shape.name}`, people.length);
    const found = await tryShape(app, { algorithm, shape, people, holdout, now }, onProgress);
    trials.push({ ...found, shape: shape.name });
  }
  const before = trials[0]?.before ?? 0;
  const best = bestOf(trials);
  const better = best !== undefined && best.ndcg > before;
  return {
    overlay: better ? best.overlay : null,
    lambda,
    evidence: {
      heldOut: holdout.by,
      people: people.length,
      before,
      after: better ? best.ndcg : before,
      standardError: better ? standardErrorOf(trials[0]?.each.before ?? [], best.each.after) : 0,
      trials: trials.map(({ overlay: _, each: __, ...trial }) => trial),
      ridges,
    },
  };
}

/** The first of the best; undefined when nothing was tried. */
function bestOf<T extends { readonly ndcg: number }>(trials: readonly T[]): T | undefined {
  return trials.reduce<T | undefined>(
    (best, trial) => (best === undefined || trial.ndcg > best.ndcg ? trial : best),
    undefined,
  );
}

async function tryShape(
  app: App,
  request: {
    readonly algorithm: Algorithm;
    readonly shape: Shape;
    readonly people: readonly string[];
    readonly holdout: Holdout;
    readonly now: number;
  },
  onProgress: (done: number) => void,
): Promise<Omit<Tried, 'shape'>> {
  const { algorithm, shape, people, holdout, now } = request;
  const shaped = overlaid(algorithm, shape.overlay);
  if (shaped === undefined || shaped.score.form !== 'linear') {
    return { before: 0, ndcg: 0, overlay: shape.overlay, each: { before: [], after: [] } };
  }
  const { terms } = shaped.score;
  const start = Object.values(terms).map(({ weight }) => weight);
  const { validation } = holdout;
  const examples = await collectExamples(app, { algorithm: shaped, people, validation, now }, onProgress);
  const { weights, ndcg } = searchWeights(examples, start);
  const changed = Object.keys(terms).map((name, index) => [name, { weight: rounded(weights[index] ?? 0) }] as const);
  const overlay = merged(shape.overlay, { score: { terms: Object.fromEntries(changed) } }) as Overlay;
  const each = { before: ndcgs(examples, start), after: ndcgs(examples, weights) };
  return { before: meanNdcg(examples, start), ndcg, overlay, each };
}

/** Digits beyond the fourth change no order that anybody would notice. */
function rounded(weight: number): number {
  return Number(weight.toPrecision(4));
}

/** Every n-th of the people, in their order. */
function sampleOf(people: readonly string[]): readonly string[] {
  const every = Math.ceil(people.length / MOST_PEOPLE);
  return people.filter((_, index) => index % every === 0);
}
