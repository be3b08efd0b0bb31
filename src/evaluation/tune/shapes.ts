import type { Overlay } from '../../feed/rank/tuned.ts';

/** Everything but weights that is tried: how far back the algorithm remembers, and how it counts what it remembers. */
export interface Shape {
  readonly name: string;
  readonly overlay: Overlay;
}

const CENTURY_DAYS = 36_500;

/** Taste that lasts: what was done long ago counts as much as what was done now, each thing alike. */
const LASTING = {
  history: {
    most: 200,
    halfLifeDays: null,
    halfLifeItems: null,
    engagementPower: 0,
    lengthPower: 0,
    friends: { share: 0 },
  },
  proof: { people: 50, halfLifeDays: null },
  alike: { people: 50, halfLifeDays: null },
  sources: { ties: { most: 150, people: 100, perPerson: 50, withinDays: CENTURY_DAYS } },
  candidates: 400,
  score: {
    terms: {
      proof: { weight: 0.15, transform: 'linear', scale: 1 },
      similar_people: { weight: 0.01, transform: 'linear', scale: 1 },
    },
  },
} as const;

function lasting(history: Overlay): Overlay {
  return { ...LASTING, history: { ...LASTING.history, ...history } };
}

/** The first is the algorithm as it is, so that nothing worse is ever chosen. */
export const SHAPES: readonly Shape[] = [
  { name: 'as in its file', overlay: {} },
  { name: 'taste that lasts', overlay: LASTING },
  { name: 'taste that fades over two years', overlay: lasting({ halfLifeDays: 730 }) },
  { name: 'taste of the last fifty things', overlay: lasting({ most: 50 }) },
];
