import type { DataSet } from '../evaluate.ts';
import { holdOut } from '../holdout.ts';
import { peopleJudged } from '../judge.ts';

/** With less than this, the best of some settings is the best by chance. */
export const LEAST_EVENTS = 2_000;
export const LEAST_PEOPLE = 100;

/** Whether there is enough to choose numbers by: events, and people who did something new in the part put aside. */
export function isEnough({ training }: Pick<DataSet, 'training'>): boolean {
  if (training.length < LEAST_EVENTS) {
    return false;
  }
  const holdout = holdOut(training);
  return peopleJudged(holdout.training, holdout.validation).length >= LEAST_PEOPLE;
}
