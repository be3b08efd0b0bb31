import type { Interaction } from '../interactions.ts';
import { type Judgement, judge, LIST_LENGTH, peopleJudged } from '../judge.ts';
import { type Baseline, bestItems, countedOf } from './baseline.ts';
import { itemNeighbours } from './item-neighbours.ts';
import { peopleNeighbours } from './people-neighbours.ts';
import { popularity } from './popularity.ts';
import { recentPopularity } from './recent-popularity.ts';

const BASELINES: readonly Baseline[] = [popularity, recentPopularity, itemNeighbours, peopleNeighbours];

/** Fits each baseline to the training and judges what it recommends. Those that need times are left out without them. */
export function compareBaselines(
  training: readonly Interaction[],
  test: readonly Interaction[],
): readonly { readonly name: string; readonly judgement: Judgement }[] {
  const data = countedOf(training);
  const people = peopleJudged(training, test);
  const number = new Map(data.people.map((person, index) => [person, index]));
  return BASELINES.flatMap((baseline) => {
    const score = baseline.fit(data);
    if (score === null) {
      return [];
    }
    const lists = new Map(
      people.map((person) => [person, bestItems(data, score, number.get(person) ?? -1, LIST_LENGTH)]),
    );
    return [{ name: baseline.name, judgement: judge(lists, training, test) }];
  });
}
