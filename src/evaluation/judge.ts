import { historiesOf, type Interaction } from './interactions.ts';

/** How good lists are, each a mean over the people judged. */
export interface Judgement {
  /** Normalised discounted cumulative gain of the first ten, with binary relevance, in [0, 1]. */
  readonly ndcg: number;
  /** Share of what a person took that is among the first ten. */
  readonly recall: number;
  /** Share of people for whom one of the first ten is right. */
  readonly hitRate: number;
  /** Different items among everybody's first ten. */
  readonly coverage: number;
  /** People judged: those in the test who have something in training. */
  readonly people: number;
  /** Of these, how many have fewer than ten items. */
  readonly short: number;
}

export type Lists = ReadonlyMap<string, readonly string[]>;

/** Only so many items of a list count. */
export const LIST_LENGTH = 10;

/**
 * Judges lists of items, best first, by what people took later.
 *
 * An item that the person has in training, or that is in the list already, is dropped before ten are counted; a person
 * without a list has nothing right. `ndcg = Σ hit(rank)/log₂(rank + 1) ÷ the same for the best list possible` (Järvelin
 * and Kekäläinen 2002), ranks from 1.
 */
export function judge(lists: Lists, training: readonly Interaction[], test: readonly Interaction[]): Judgement {
  const seen = historiesOf(training);
  const taken = [...historiesOf(test)].filter(([person]) => seen.has(person));
  const covered = new Set<string>();
  const sums = { ndcg: 0, recall: 0, hits: 0, short: 0 };
  for (const [person, items] of taken) {
    const list = firstItems(lists.get(person) ?? [], seen.get(person));
    const right = list.map((item) => items.has(item));
    const count = right.filter(Boolean).length;
    sums.ndcg += gain(right) / gain(new Array<boolean>(Math.min(LIST_LENGTH, items.size)).fill(true));
    sums.recall += count / items.size;
    sums.hits += count > 0 ? 1 : 0;
    sums.short += list.length < LIST_LENGTH ? 1 : 0;
    for (const item of list) {
      covered.add(item);
    }
  }
  const people = taken.length;
  const mean = (sum: number): number => (people === 0 ? 0 : sum / people);
  return {
    ndcg: mean(sums.ndcg),
    recall: mean(sums.recall),
    hitRate: mean(sums.hits),
    coverage: covered.size,
    people,
    short: sums.short,
  };
}

/** The people that a test asks about, in a fixed order: those who have something in training. */
export function peopleJudged(training: readonly Interaction[], test: readonly Interaction[]): readonly string[] {
  const known = new Set(training.map(({ person }) => person));
  return [...new Set(test.map(({ person }) => person))].filter((person) => known.has(person)).sort();
}

function firstItems(list: readonly string[], seen: ReadonlySet<string> | undefined): readonly string[] {
  return [...new Set(list)].filter((item) => seen?.has(item) !== true).slice(0, LIST_LENGTH);
}

/** Discounted cumulative gain: a hit at rank r (from 1) is worth 1/log₂(r + 1). */
export function gain(right: readonly boolean[]): number {
  return right.reduce((sum, hit, index) => sum + (hit ? 1 / Math.log2(index + 2) : 0), 0);
}
