import { gain, LIST_LENGTH } from '../judge.ts';

/** One person's candidates: their signals row by row, and which of them are right. */
export interface Example {
  /** `rows × terms` numbers, row by row. */
  readonly signals: Float64Array;
  readonly rows: number;
  readonly right: readonly boolean[];
  /** Gain of the best list possible: of all that is right, found or not. */
  readonly best: number;
}

export interface Found {
  readonly weights: readonly number[];
  /** Mean NDCG@10 of the examples with these weights. */
  readonly ndcg: number;
}

const ROUNDS = 4;
const FACTORS = [0, 0.5, 0.7, 0.85, 1.2, 1.4, 2, 4];
/** A weight that is 0 is tried as such parts of what the heaviest term contributes. */
const ENTRIES = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 3, -0.05, -0.2];
/** Less than this is no improvement. */
const LEAST_GAIN = 1e-4;

/**
 * Searches the weights of a linear score, one term after the other, round after round, from where it is. A step is taken
 * when it betters the mean NDCG@10 and worsens it in neither of two halves of the people, so that what helps only a few
 * by chance is left. The same input gives the same weights.
 */
export function searchWeights(examples: readonly Example[], start: readonly number[]): Found {
  const halves = [examples.filter((_, index) => index % 2 === 0), examples.filter((_, index) => index % 2 === 1)];
  const sizes = sizesOf(examples, start.length);
  let weights = [...start];
  let best = halves.map((half) => meanNdcg(half, weights));
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = mean(best, halves);
    for (let term = 0; term < weights.length; term += 1) {
      for (const value of triesOf(weights, term, sizes)) {
        const tried = weights.with(term, value);
        const reached = halves.map((half) => meanNdcg(half, tried));
        const worse = reached.some((ndcg, half) => ndcg < (best[half] ?? 0) - LEAST_GAIN);
        if (!worse && mean(reached, halves) > mean(best, halves) + LEAST_GAIN) {
          [weights, best] = [tried, reached];
        }
      }
    }
    if (mean(best, halves) - before < LEAST_GAIN) {
      break;
    }
  }
  return { weights, ndcg: mean(best, halves) };
}

/** NDCG@10 of the lists that these weights make, averaged over people; 0 for nobody. */
export function meanNdcg(examples: readonly Example[], weights: readonly number[]): number {
  const sum = ndcgs(examples, weights).reduce((total, ndcg) => total + ndcg, 0);
  return examples.length === 0 ? 0 : sum / examples.length;
}

/** NDCG@10 of each of the lists that these weights make. */
export function ndcgs(examples: readonly Example[], weights: readonly number[]): number[] {
  return examples.map((example) => ndcgOf(example, weights));
}

function ndcgOf({ signals, rows, right, best }: Example, weights: readonly number[]): number {
  if (best === 0) {
    return 0;
  }
  const terms = weights.length;
  const top: { score: number; row: number }[] = [];
  for (let row = 0; row < rows; row += 1) {
    let score = 0;
    for (let term = 0; term < terms; term += 1) {
      score += (weights[term] as number) * (signals[row * terms + term] as number);
    }
    const last = top[LIST_LENGTH - 1];
    if (last === undefined || score > last.score) {
      let place = Math.min(top.length, LIST_LENGTH);
      while (place > 0 && (top[place - 1]?.score ?? 0) < score) {
        place -= 1;
      }
      top.splice(place, 0, { score, row });
      top.length = Math.min(top.length, LIST_LENGTH);
    }
  }
  return gain(top.map(({ row }) => right[row] === true)) / best;
}

/** How much a term differs between a person's candidates, on average: what a weight of 1 can move. */
function sizesOf(examples: readonly Example[], terms: number): number[] {
  const sums = new Array<number>(terms).fill(0);
  for (const { signals, rows } of examples) {
    for (let term = 0; term < terms; term += 1) {
      let [sum, squares] = [0, 0];
      for (let row = 0; row < rows; row += 1) {
        const x = signals[row * terms + term] as number;
        sum += x;
        squares += x * x;
      }
      sums[term] = (sums[term] ?? 0) + (rows === 0 ? 0 : Math.sqrt(Math.max(squares / rows - (sum / rows) ** 2, 0)));
    }
  }
  return sums.map((sum) => (examples.length === 0 ? 0 : sum / examples.length));
}

function triesOf(weights: readonly number[], term: number, sizes: readonly number[]): number[] {
  const size = sizes[term] ?? 0;
  // Equal for all candidates of everybody: no weight changes any order.
  if (!(size > 1e-9)) {
    return [];
  }
  const weight = weights[term] ?? 0;
  const heaviest = Math.max(...weights.map((other, index) => Math.abs(other) * (sizes[index] ?? 0)));
  // With nothing to compare with, any size will do: only an order is asked for.
  const entries = ENTRIES.map((share) => (share * (heaviest > 0 ? heaviest : 1)) / size);
  return weight === 0 ? entries : FACTORS.map((factor) => weight * factor);
}

function mean(values: readonly number[], halves: readonly (readonly Example[])[]): number {
  const people = halves.reduce((sum, half) => sum + half.length, 0);
  return people === 0 ? 0 : values.reduce((sum, value, half) => sum + value * (halves[half]?.length ?? 0), 0) / people;
}
