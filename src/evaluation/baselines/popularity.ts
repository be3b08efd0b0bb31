import type { Baseline } from './baseline.ts';

/** To everybody what most people took. */
export const popularity: Baseline = {
  name: 'popularity',
  fit({ peopleOf }) {
    const scores = Float64Array.from(peopleOf, (people) => people.length);
    return () => scores;
  },
};
