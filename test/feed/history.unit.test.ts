import { describe, expect, it } from 'vitest';
import { type History, seedsOf } from '../../src/feed/find/history.ts';
import { NOW } from './arbitrary.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const flat: History = {
  most: 50,
  halfLifeDays: null,
  halfLifeItems: null,
  engagementPower: 0,
  lengthPower: 0,
  session: { share: 0, withinMinutes: 30, halfLifeMinutes: 10 },
  friends: { share: 0, people: 10, perPerson: 10 },
};
const past = [
  { content: 'post:a', at: NOW - 10 * MINUTE, weight: 0.25 },
  { content: 'post:b', at: NOW - 10 * DAY, weight: 1 },
  { content: 'post:c', at: NOW - 20 * DAY, weight: 4 },
];
const weights = (known: Partial<History>) => seedsOf(past, { ...flat, ...known }, NOW).map(({ weight }) => weight);

describe('what a person did', () => {
  it('counts alike when nothing fades', () => {
    expect(weights({})).toEqual([1, 1, 1]);
  });

  it('fades by its age, by how much was done since, or by both', () => {
    const byAge = weights({ halfLifeDays: 10 });
    expect(byAge[1]).toBeCloseTo(0.5, 12);
    expect(byAge[2]).toBeCloseTo(0.25, 12);
    expect(weights({ halfLifeItems: 1 })).toEqual([1, 0.5, 0.25]);
    expect(weights({ halfLifeDays: 10, halfLifeItems: 1 })[2]).toBeCloseTo(0.0625, 12);
  });

  it('counts by how much the person was engaged, as far as the algorithm says', () => {
    expect(weights({ engagementPower: 1 })).toEqual([0.25, 1, 4]);
    expect(weights({ engagementPower: 0.5 })).toEqual([0.5, 1, 2]);
  });

  it('counts more while the session goes on, with a short half-life beside the long one', () => {
    // Ten minutes old: 1 for the long run and 3 · 2^(−10/10) for the session.
    expect(weights({ session: { share: 3, withinMinutes: 30, halfLifeMinutes: 10 } })).toEqual([2.5, 1, 1]);
  });

  it('adds up, or is averaged, or something between', () => {
    expect(weights({ lengthPower: 1 })).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(weights({ lengthPower: 0.5 })[0]).toBeCloseTo(1 / Math.sqrt(3), 12);
  });

  it('is the newest only', () => {
    expect(weights({ most: 2 })).toHaveLength(2);
    expect(seedsOf([], flat, NOW)).toEqual([]);
  });
});
