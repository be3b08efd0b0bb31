import { describe, expect, it } from 'vitest';
import { bestItems, countedOf } from '../../src/evaluation/baselines/baseline.ts';
import { compareBaselines } from '../../src/evaluation/baselines/compare.ts';
import { itemNeighbours } from '../../src/evaluation/baselines/item-neighbours.ts';
import { peopleNeighbours } from '../../src/evaluation/baselines/people-neighbours.ts';
import { popularity } from '../../src/evaluation/baselines/popularity.ts';
import { recentPopularity } from '../../src/evaluation/baselines/recent-popularity.ts';

const DAY = 86_400;
/** Ann and Bo are alike; Cy, Di and Ed like other things, and did so long ago. */
const EVENTS = [
  ['ann', 'a', 300],
  ['ann', 'b', 300],
  ['bo', 'a', 300],
  ['bo', 'b', 300],
  ['bo', 'c', 300],
  ['cy', 'z', 1],
  ['cy', 'y', 1],
  ['di', 'z', 1],
  ['di', 'y', 1],
  ['di', 'x', 300],
  ['ed', 'z', 1],
].map(([person, item, day]) => ({ person: String(person), item: String(item), at: Number(day) * DAY, weight: 1 }));
const data = countedOf(EVENTS);

function scoresFor(baseline: typeof popularity, person: string): Record<string, number> {
  const scores = baseline.fit(data)?.(data.people.indexOf(person));
  return Object.fromEntries(data.items.map((item, index) => [item, scores?.[index] ?? 0]));
}

describe('the baselines', () => {
  it('popularity counts the people of each item', () => {
    expect(scoresFor(popularity, 'ann')).toEqual({ a: 2, b: 2, c: 1, x: 1, y: 2, z: 3 });
  });

  it('popularity of the last days counts what is 30 days old half', () => {
    const { a, z } = scoresFor(recentPopularity, 'ann');
    expect(a).toBe(2);
    expect(z).toBeCloseTo(3 * 2 ** (-299 / 30), 12);
  });

  it('is left out where nothing has a time', () => {
    expect(recentPopularity.fit(countedOf(EVENTS.map((event) => ({ ...event, at: 0 }))))).toBeNull();
  });

  it('item-kNN adds up the likeness of what one has', () => {
    // a–c: one person in common, audiences of 2 and 1: 1 / (√2·√1 + 10) = .08761; b–c the same.
    expect(scoresFor(itemNeighbours, 'ann')['c']).toBeCloseTo(2 / (Math.SQRT2 + 10), 12);
    expect(scoresFor(itemNeighbours, 'ann')['z']).toBe(0);
  });

  it('user-kNN adds up the likeness of who has it', () => {
    // Ann and Bo have two in common, histories of 2 and 3: 2 / (√6 + 10) = .16065.
    expect(scoresFor(peopleNeighbours, 'ann')['c']).toBeCloseTo(2 / (Math.sqrt(6) + 10), 12);
  });

  it('recommend nothing that one has, nor what they know nothing about', () => {
    const score = itemNeighbours.fit(data);
    expect(score && bestItems(data, score, data.people.indexOf('ann'), 10)).toEqual(['c']);
  });

  it('are all judged on the same people', () => {
    const test = [{ person: 'ann', item: 'c', at: 400 * DAY, weight: 1 }];
    const rows = compareBaselines(EVENTS, test).map(({ name, judgement }) => [name, judgement.hitRate]);
    expect(rows).toEqual([
      ['popularity', 1],
      ['popularity of the last days', 1],
      ['item-kNN cosine', 1],
      ['user-kNN cosine', 1],
    ]);
  });
});
