import { type Histories, type LearnedWeights, learnWeights } from '../../signals/similarity/ease/learn.ts';
import { countedOf } from '../baselines/baseline.ts';
import type { Holdout } from '../holdout.ts';
import { historiesOf } from '../interactions.ts';
import { judge, LIST_LENGTH } from '../judge.ts';

const RIDGES = [100, 400];

/** One ridge and how good lists by the learned similarity alone are with it. */
export interface RidgeTrial {
  readonly lambda: number;
  readonly ndcg: number;
}

/**
 * Tries ridges of the learned similarity on the part that was put aside. The weights are learned and used in memory, by
 * the same function as the nightly job's: nothing but the ridge differs, and a graph's worth of edges is not written for
 * each.
 */
export function tryRidges(
  holdout: Holdout,
  request: { readonly people: readonly string[]; readonly mostNeighbours: number; readonly mostContents: number },
): readonly RidgeTrial[] {
  const { histories, items } = numbered(holdout, request.mostContents);
  return RIDGES.map((lambda) => {
    const learned = learnWeights(histories, { lambda, mostNeighbours: request.mostNeighbours });
    const own = historiesOf(holdout.training);
    const lists = new Map(
      request.people.map((person) => [person, listOf([...(own.get(person) ?? [])], { learned, items })]),
    );
    const asked = new Set(request.people);
    const test = holdout.validation.filter(({ person }) => asked.has(person));
    return { lambda, ndcg: judge(lists, holdout.training, test).ndcg };
  });
}

interface Items {
  readonly names: readonly string[];
  readonly number: ReadonlyMap<string, number>;
}

/** Histories in numbers, of the items that most people took. */
function numbered(
  { training }: Holdout,
  mostContents: number,
): { readonly histories: Histories; readonly items: Items } {
  const data = countedOf(training);
  const names = data.items
    .map((name, item) => ({ name, audience: data.peopleOf[item]?.length ?? 0 }))
    .sort((a, b) => b.audience - a.audience || (a.name < b.name ? -1 : 1))
    .slice(0, mostContents)
    .map(({ name }) => name);
  const number = new Map(names.map((name, index) => [name, index]));
  const rows = data.itemsOf
    .map((own) => own.flatMap((item) => number.get(data.items[item] ?? '') ?? []))
    .filter((own) => own.length > 0);
  const starts = [0];
  for (const row of rows) {
    starts.push((starts.at(-1) ?? 0) + row.length);
  }
  const taken = rows.flat();
  const histories = {
    people: rows.length,
    contents: names.length,
    starts: Int32Array.from(starts),
    items: Int32Array.from(taken),
    values: new Float64Array(taken.length).fill(1),
  };
  return { histories, items: { names, number } };
}

/** The items that what a person has says most of; more than are judged, since what they have is among them. */
function listOf(
  history: readonly string[],
  { learned, items }: { readonly learned: LearnedWeights; readonly items: Items },
): string[] {
  const { starts, items: to, weights } = learned;
  const scores = new Map<number, number>();
  for (const name of history) {
    const item = items.number.get(name);
    for (let k = starts[item ?? 0] ?? 0; item !== undefined && k < (starts[item + 1] ?? 0); k += 1) {
      const other = to[k] as number;
      scores.set(other, (scores.get(other) ?? 0) + (weights[k] as number));
    }
  }
  const own = new Set(history);
  return [...scores]
    .filter(([item]) => !own.has(items.names[item] ?? ''))
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, LIST_LENGTH)
    .map(([item]) => items.names[item] ?? '');
}
