import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Activity, parseActivity } from '../../src/activity/activity.ts';
import { edgeSignals } from '../../src/activity/edge-signals.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { type DemoPorts, runDemo } from '../../src/cli/demo.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/clock.ts';
import { DEMO_SIZES, type Demo, type DemoOptions, generateDemo } from '../../src/import/demo/generate.ts';
import { createRandom, createSampler, zipfWeights } from '../../src/import/demo/random.ts';
import { memoryPorts } from './memory-ports.ts';

const NOW = Date.UTC(2026, 2, 14, 15, 9);
const anyOptions = fc.record({
  seed: fc.maxSafeInteger(),
  people: fc.integer({ min: 3, max: 80 }),
  days: fc.integer({ min: 1, max: 40 }),
  activities: fc.integer({ min: 0, max: 1_500 }),
});
const anyTime = fc.integer({ min: NOW - 400 * DAY_MS, max: NOW + 400 * DAY_MS });

function parsed(demo: Demo): Activity[] {
  return demo.activities.map(({ at, input }) =>
    parseActivity(
      { ...input, occurred_at: new Date(NOW + at).toISOString() },
      { subject: '', source: `import:${demo.key}`, trusted: true },
    ),
  );
}

/** What each activity speaks of must have happened before: people, communities, content, requests. */
function dangling(activities: readonly Activity[]): string[] {
  const there = new Set<string>();
  const faults: string[] = [];
  for (const activity of activities) {
    const { kind, actor, object, target, community } = activity;
    const name = kind.name;
    if (name === 'register') {
      there.add(`user:${actor}`);
    }
    if (name === 'connection_request') {
      there.add(`request:${actor}:${target}`);
    }
    const needs = [
      `user:${actor}`,
      ...(target === null ? [] : [`user:${target}`]),
      ...(community === null || object === `community:${community}` ? [] : [`community:${community}`]),
      ...(object === null || name === 'create' ? [] : [object]),
      ...(name === 'connection_accept' ? [`request:${target}:${actor}`] : []),
    ];
    faults.push(...needs.filter((need) => !there.has(need)).map((need) => `${name} before ${need}`));
    if (name === 'create' && object !== null) {
      there.add(object);
    }
  }
  return faults;
}

describe('a community that is made up, whatever its size, seed and end', () => {
  test('has its activities in order of time, none before its days or after now, each with an id of its own', () => {
    fc.assert(
      fc.property(anyOptions, anyTime, (options, now) => {
        const { activities } = generateDemo(options, now);
        const times = activities.map(({ at }) => at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times.every(Number.isInteger)).toBe(true);
        expect(times[0]).toBe(-options.days * DAY_MS);
        expect(times.at(-1)).toBe(0);
        expect(new Set(activities.map(({ input }) => input.id)).size).toBe(activities.length);
      }),
      { numRuns: 30 },
    );
  });

  test('passes the check that everybody passes, and speaks only of what was there before', () => {
    fc.assert(
      fc.property(anyOptions, anyTime, (options, now) => {
        expect(dangling(parsed(generateDemo(options, now)))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('is the same for the same seed and end, and another for another', () => {
    fc.assert(
      fc.property(anyOptions, anyTime, (options, now) => {
        const demo = generateDemo(options, now);
        expect(generateDemo(options, now)).toEqual(demo);
        const seed = options.seed + (options.seed > 0 ? -1 : 1);
        expect(generateDemo({ ...options, seed }, now).activities).not.toEqual(demo.activities);
      }),
      { numRuns: 10 },
    );
  });

  test.each<Partial<DemoOptions>>([
    { people: 2 },
    { people: 1.5 },
    { days: 0 },
    { days: 366 },
    { activities: -1 },
    { seed: 0.1 },
  ])('is refused with %j', (wrong) => {
    expect(() => generateDemo({ seed: 1, ...DEMO_SIZES.small, ...wrong }, NOW)).toThrow('--people');
  });
});

describe('the community of the usual size', () => {
  let demo: Demo;
  let activities: Activity[];
  beforeAll(() => {
    demo = generateDemo({ seed: 1, ...DEMO_SIZES.small }, NOW);
    activities = parsed(demo);
  });

  test('has about the number of activities that was asked for, of all the usual kinds', () => {
    expect(activities.length).toBeGreaterThan(DEMO_SIZES.small.activities * 0.9);
    expect(activities.length).toBeLessThan(DEMO_SIZES.small.activities * 1.1);
    expect(new Set(activities.map(({ kind }) => kind.name))).toEqual(
      new Set(
        'register declare_interest create join connection_request connection_accept circle_update view like upvote comment share save time_spent profile_visit follow message hide'.split(
          ' ',
        ),
      ),
    );
  });

  test('has a few things that many look at and many that few look at, as Zipf found', () => {
    const views = new Map<string, number>();
    for (const { kind, object } of activities) {
      if (kind.name === 'view' && object !== null) {
        views.set(object, (views.get(object) ?? 0) + 1);
      }
    }
    const counts = [...views.values()].sort((a, b) => b - a);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const topTenth = counts.slice(0, Math.ceil(counts.length / 10)).reduce((sum, count) => sum + count, 0);
    expect(topTenth / total).toBeGreaterThan(0.4);
    // The slope of log(count) over log(rank) down to the middle: −1 for Zipf's own law, 0 if all were alike.
    const slope = logLogSlope(counts.slice(0, Math.ceil(counts.length / 2)));
    expect(slope).toBeLessThan(-0.6);
    expect(slope).toBeGreaterThan(-1.6);
  });

  test('has friends mostly among those of the same interests', () => {
    const interests = new Map(
      activities
        .filter(({ kind }) => kind.name === 'declare_interest')
        .map(({ actor, tags }) => [actor, new Set(tags)]),
    );
    const alike = (one: string, other: string): boolean =>
      [...(interests.get(one) ?? [])].some((tag) => interests.get(other)?.has(tag));
    const friends = activities.filter(({ kind }) => kind.name === 'connection_accept');
    const share = friends.filter(({ actor, target }) => alike(actor, target ?? '')).length / friends.length;
    const people = [...interests.keys()];
    const random = createRandom(7);
    const strangers = Array.from({ length: 2_000 }, () => alike(random.pick(people), random.pick(people)));
    expect(share).toBeGreaterThan(1.4 * (strangers.filter(Boolean).length / strangers.length));
  });

  test('is awake by day and asleep by night, where each person lives', () => {
    const zones = new Map(
      activities
        .filter(({ kind }) => kind.name === 'register')
        .map(({ actor, metadata }) => [actor, metadata['time_zone']]),
    );
    const formats = new Map<unknown, Intl.DateTimeFormat>();
    let [evening, night] = [0, 0];
    for (const { kind, actor, occurredAt } of activities) {
      const timeZone = zones.get(actor);
      if (kind.name !== 'view' || typeof timeZone !== 'string') {
        continue;
      }
      const format =
        formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
      formats.set(timeZone, format);
      const hour = Number(format.format(occurredAt ?? 0));
      evening += hour >= 19 && hour < 23 ? 1 : 0;
      night += hour >= 1 && hour < 5 ? 1 : 0;
    }
    expect(formats.size).toBeGreaterThan(4);
    expect(evening).toBeGreaterThan(8 * night);
  });

  test('introduces somebody with many ties, somebody in the middle, and a newcomer who did nothing yet', () => {
    const { manyTies, average, newcomer } = demo.introduced;
    expect(manyTies.friends).toBeGreaterThan(15);
    expect(average.friends).toBeGreaterThan(0);
    expect(average.friends).toBeLessThan(manyTies.friends / 3);
    expect(newcomer.friends).toBe(0);
    const speaksOf = ({ actor, target }: Activity) => actor === newcomer.id || target === newcomer.id;
    expect(activities.filter(speaksOf).map(({ kind }) => kind.name)).toEqual(['register']);
  });
});

test('the large community folds into some 10⁵ edges', () => {
  const described = new Map<string, { readonly author: string; readonly tags: readonly string[] }>();
  const edges = new Set<string>();
  for (const activity of parsed(generateDemo({ seed: 1, ...DEMO_SIZES.large }, NOW))) {
    const { kind, actor, object, target, tags } = activity;
    if (kind.name === 'create' && object !== null) {
      described.set(object, { author: actor, tags });
    }
    const about = object === null ? undefined : described.get(object);
    const signal = {
      sign: 1,
      at: 0,
      kind: kind.name,
      person: actor,
      content: object,
      target,
      author: about?.author ?? null,
      tags: about?.tags ?? tags,
      durationSeconds: activity.durationSeconds,
      scrollDepthPercentage: activity.scrollDepthPercentage,
    } as const;
    const structure = [
      `${kind.fact ?? ''} ${actor} ${object}`,
      ...tags.map((tag) => `${kind.fact ?? ''} ${actor} ${tag}`),
    ];
    const fading = edgeSignals(signal, DEFAULT_RANKING).map(({ edge, from, to }) => `${edge} ${from} ${to}`);
    for (const edge of kind.nature === 'standing' && kind.fact !== 'like' ? [...fading, ...structure] : fading) {
      edges.add(edge);
    }
  }
  expect(edges.size).toBeGreaterThan(85_000);
  expect(edges.size).toBeLessThan(125_000);
});

describe('the command', () => {
  function demoPorts(): DemoPorts & ReturnType<typeof memoryPorts> & { waitedFor: number[] } {
    const memory = memoryPorts(NOW);
    const waitedFor: number[] = [];
    return Object.assign(memory, {
      waitedFor,
      head: async () => memory.submissions.length,
      waitFor: async (position: number) => {
        waitedFor.push(position);
        return true;
      },
      feedPage: async (person: string) => ({
        items: [{ content: 'post:1', title: `For ${person}`, score: 0.5, reasons: ['it is new', 'it is loved'] }],
      }),
    });
  }

  test('imports, waits for the graph to have all of it, and shows three feeds with their reasons', async () => {
    const ports = demoPorts();
    const result = await runDemo(ports, { people: 40, activities: 500 });
    expect(ports.waitedFor).toEqual([result.accepted]);
    expect(result.feeds.map(({ what }) => what)).toEqual(['knows many', 'knows some', 'has just registered']);
    for (const feed of result.feeds) {
      expect(ports.printed.out).toContain(`${feed.name} (${feed.id}) ${feed.what}`);
      expect(ports.printed.out).toContain(`1. For ${feed.id}  (0.500)\n     it is new; it is loved`);
    }
    expect(ports.submissions.at(-1)?.activity.occurredAt).toBe(NOW);
  });

  test('adds nothing when it runs again later, whatever the hour', async () => {
    const ports = demoPorts();
    const first = await runDemo(ports, { people: 40, activities: 500 });
    ports.now += 3 * DAY_MS + 7 * HOUR_MS;
    const second = await runDemo(ports, { people: 40, activities: 500, json: true });
    expect(second).toMatchObject({ accepted: 0, duplicate: first.accepted, conflict: 0 });
    const third = await runDemo(ports, { people: 40, activities: 500, seed: 2, silent: true });
    expect(third).toMatchObject({ duplicate: 0, conflict: 0, invalid: 0 });
  });

  test('says so when the graph does not follow', async () => {
    const ports = Object.assign(demoPorts(), { waitFor: async () => false });
    await expect(runDemo(ports, { people: 5, activities: 0 })).rejects.toMatchObject({ code: 'GRAPH_BEHIND' });
  });
});

describe('random numbers', () => {
  test('are uniform, and the same for the same seed', () => {
    const [one, other] = [createRandom(42), createRandom(42)];
    const counts = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw += 1) {
      const number = one.next();
      expect(other.next()).toBe(number);
      counts[Math.floor(number * 10)] = (counts[Math.floor(number * 10)] ?? 0) + 1;
    }
    expect(Math.max(...counts.map((count) => Math.abs(count - 10_000)))).toBeLessThan(400);
  });

  test('follow the weights that they are given', () => {
    const weights = zipfWeights(20, 1);
    const draw = createSampler(weights, createRandom(1));
    const counts = new Array<number>(20).fill(0);
    for (let turn = 0; turn < 100_000; turn += 1) {
      const index = draw();
      counts[index] = (counts[index] ?? 0) + 1;
    }
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) {
      expect(Math.abs((counts[index] ?? 0) - (100_000 * weight) / total)).toBeLessThan(500);
    }
  });
});

/** Least squares. */
function logLogSlope(counts: readonly number[]): number {
  const points = counts.map((count, index) => [Math.log(index + 1), Math.log(count)] as const);
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
