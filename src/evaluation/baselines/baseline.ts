import type { Interaction } from '../interactions.ts';

/** What a baseline is given: who took what, by number, so that counting is fast. */
export interface Counted {
  readonly people: readonly string[];
  readonly items: readonly string[];
  /** Items of each person and people of each item, by number, each once and in order of number. */
  readonly itemsOf: readonly (readonly number[])[];
  readonly peopleOf: readonly (readonly number[])[];
  readonly interactions: readonly { readonly item: number; readonly at: number }[];
}

/** Scores every item for a person; the higher, the better. Items that score 0 are not recommended. */
export type Score = (person: number) => Float64Array;

/** One simple idea of what to recommend, to compare with. */
export interface Baseline {
  readonly name: string;
  /** Null when the data do not have what it needs. */
  fit(data: Counted): Score | null;
}

export function countedOf(interactions: readonly Interaction[]): Counted {
  const people = [...new Set(interactions.map(({ person }) => person))].sort();
  const items = [...new Set(interactions.map(({ item }) => item))].sort();
  const personNumber = new Map(people.map((person, index) => [person, index]));
  const itemNumber = new Map(items.map((item, index) => [item, index]));
  const sets = people.map(() => new Set<number>());
  for (const { person, item } of interactions) {
    sets[personNumber.get(person) ?? -1]?.add(itemNumber.get(item) ?? -1);
  }
  const itemsOf = sets.map((set) => [...set].sort((a, b) => a - b));
  const peopleOf = items.map((): number[] => []);
  for (const [person, own] of itemsOf.entries()) {
    for (const item of own) {
      peopleOf[item]?.push(person);
    }
  }
  const numbered = interactions.map(({ item, at }) => ({ item: itemNumber.get(item) ?? -1, at }));
  return { people, items, itemsOf, peopleOf, interactions: numbered };
}

/** The best items of a person who has none of them yet; the earlier item wins a tie. */
export function bestItems(data: Counted, score: Score, person: number, most: number): readonly string[] {
  const scores = score(person);
  const own = new Set(data.itemsOf[person]);
  const ranked = data.items.flatMap((id, item) =>
    own.has(item) || !((scores[item] ?? 0) > 0) ? [] : [{ id, score: scores[item] ?? 0 }],
  );
  return ranked
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ id }) => id);
}
