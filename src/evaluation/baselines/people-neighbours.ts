import type { Baseline } from './baseline.ts';
import { nearest } from './neighbours.ts';

const MOST_NEIGHBOURS = 100;

/** What people with a like history took: user-kNN with the cosine of the two histories. */
export const peopleNeighbours: Baseline = {
  name: 'user-kNN cosine',
  fit({ items, itemsOf, peopleOf }) {
    return (person) => {
      const scores = new Float64Array(items.length);
      for (const { index, score } of nearest(person, itemsOf, peopleOf, MOST_NEIGHBOURS)) {
        for (const item of itemsOf[index] ?? []) {
          scores[item] = (scores[item] ?? 0) + score;
        }
      }
      return scores;
    };
  },
};
