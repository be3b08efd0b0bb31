import { expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { addUpDays, sumOfDays } from '../../../src/signals/aggregation/days.ts';

const LIKED = Date.UTC(2026, 0, 10, 23, 30);
const OPTIONS = {
  ranking: DEFAULT_RANKING,
  personOf: (id: string) => (id === 'anon' ? 'ann' : id),
  dayOf: (_: string, at: number) => Math.floor(at / 86_400_000),
};
const DAY = Math.floor(LIKED / 86_400_000);

const signal = (kind: string, own: object = {}) =>
  ({
    sign: 1,
    at: LIKED,
    kind,
    person: 'ann',
    content: 'post:1',
    target: null,
    author: null,
    tags: [],
    durationSeconds: null,
    scrollDepthPercentage: null,
    ...own,
  }) as const;

const row = (
  position: number,
  kind: string,
  actor: string | null,
  at: number,
  signals: ReturnType<typeof signal>[],
) => ({
  row: { position, uid: String(position), kind, signals, changes: [], structure: null },
  actor,
  at,
});

it('of the seed: .1 for a view, .1 a minute up to five, .2 for scrolling to the end, .3 for a like', () => {
  const rows = [
    row(1, 'view', 'ann', LIKED, [signal('view', { durationSeconds: 150, scrollDepthPercentage: 50 })]), // .1 + .25 + .1
    row(2, 'view', 'anon', LIKED, [signal('view', { durationSeconds: 3_600, person: 'anon' })]), // .1 + .5
    row(3, 'like', 'ann', LIKED, [signal('like')]), // .3
    row(4, 'login', 'ann', LIKED, []),
  ];
  expect(addUpDays(rows, OPTIONS)).toEqual([
    { person: 'ann', day: DAY, counts: { view: 2, like: 1, login: 1 }, micros: 450_000 + 600_000 + 300_000 },
  ]);
});

it('what is taken back later is taken from its own day, and is an activity of the later one', () => {
  const nextDay = LIKED + 86_400_000;
  const rows = [
    row(1, 'like', 'ann', LIKED, [signal('like')]),
    row(2, 'unlike', 'ann', nextDay, [signal('like', { sign: -1 })]),
  ];
  expect(addUpDays(rows, OPTIONS)).toEqual([
    { person: 'ann', day: DAY, counts: { like: 1 }, micros: 0 },
    { person: 'ann', day: DAY + 1, counts: { unlike: 1 }, micros: 0 },
  ]);
});

it('days of which nothing is left are no days', () => {
  const made = { person: 'ann', day: DAY, counts: {}, micros: 1_000_000 };
  expect(sumOfDays([made, { ...made, micros: -1_000_000 }])).toEqual([]);
});
