import type { Baseline } from './baseline.ts';
import { type Neighbour, nearest } from './neighbours.ts';

const MOST_NEIGHBOURS = 100;

/** What is alike to what the person took: item-kNN with the cosine of the two audiences. */
export const itemNeighbours: Baseline = {
  name: 'item-kNN cosine',
  fit({ items, itemsOf, peopleOf }) {
    const known = new Map<number, readonly Neighbour[]>();
    const neighboursOf = (item: number): readonly Neighbour[] => {
      const found = known.get(item) ?? nearest(item, peopleOf, itemsOf, MOST_NEIGHBOURS);
      known.set(item, found);
      return found;
    };
    return (person) => {
      const scores = new Float64Array(items.length);
      for (const item of itemsOf[person] ?? []) {
        for (const { index, score } of neighboursOf(item)) {
          scores[index] = (scores[index] ?? 0) + score;
        }
      }
      return scores;
    };
  },
};
