import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../src/core/clock.ts';
import { createTrendingTags, readTrendingTags } from '../../../src/signals/trending/tags.ts';
import { createDatabase, dropDatabase, useGraph } from '../../support/stores.ts';
import { type Happening, openWorld, type World } from '../../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };

beforeEach(async () => {
  database = await createDatabase('trending-tags');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
});
afterEach(async () => {
  await world.close();
  await dropDatabase(database.name);
});

const trends = () => readTrendingTags(world.graph, world.clock.now());
const post = (id: string, tags: readonly string[], more = {}): Happening => ({
  by: 'gus',
  does: 'create',
  to: `post:${id}`,
  hoursAgo: 2_000,
  more: { hashtags: tags, ...more },
});
const crowd = (size: number, id: string, hoursAgo: number, from = 0): Happening[] =>
  Array.from({ length: size }, (_, index) => ({ by: `p${from + index}`, does: 'view', to: `post:${id}`, hoursAgo }));

describe('trending tags', () => {
  it('are those that more people than usual turn to, by (observed − expected)² / expected', async () => {
    await world.happens(
      post('c', ['chess']),
      post('j', ['jazz']),
      ...crowd(30, 'c', 500), // usual: chess has 30 of the 40 before, with Gus, who made both
      ...crowd(8, 'j', 500),
      ...crowd(6, 'c', 4, 100), // now: six people each, faded to a half
      ...crowd(6, 'j', 4, 200),
    );
    const found = await trends();
    // Before: 31 and 9 of 40. Now: 6 in all, of which chess is expected 4.65 and has 3, jazz 1.35 and has 3.
    expect(found).toEqual([
      {
        tag: 'jazz',
        people: 6,
        observed: expect.closeTo(3, 9),
        expected: expect.closeTo((6 * 9) / 40, 9),
        burst: expect.closeTo((3 - 1.35) ** 2 / 1.35, 9),
      },
    ]);
  });

  it('count a person once, need five of them, and take nothing from what is not public', async () => {
    await world.happens(
      post('a', ['chess']),
      post('b', ['chess']),
      post('few', ['go']),
      post('secret', ['plot'], { visibility: 'connections' }),
      post('gone', ['flop']),
      ...crowd(5, 'a', 1),
      ...crowd(5, 'b', 0), // the same five
      ...crowd(4, 'few', 0),
      ...crowd(9, 'secret', 0),
      ...crowd(9, 'gone', 0),
      { by: 'gus', does: 'delete', to: 'post:gone' },
    );
    expect((await trends()).map(({ tag, people }) => [tag, people])).toEqual([['chess', 5]]);
  });

  it('are of the whole day, also where thousands came since to one thing', async () => {
    await world.happens(post('quiet', ['go']), post('loud', ['jazz']), ...crowd(6, 'quiet', 20));
    const { graph, clock } = world;
    // So many that no test has them happen one by one.
    await graph.driver.executeQuery(
      `MATCH (c:Content {id: 'post:loud'}) UNWIND range(1, 4000) AS n
       CREATE (:User {id: 'crowd-' + n})-[:ENGAGED {weight: 0.1, asOf: $now, lastAt: $now}]->(c)`,
      { now: clock.now() },
    );
    const found = await readTrendingTags(graph, clock.now());
    expect(found.find(({ tag }) => tag === 'jazz')?.people).toBe(4_000);
  });

  it('are read once for all who ask within ten seconds', async () => {
    const tags = createTrendingTags(world.graph);
    const before = await tags(world.clock.now());
    await world.happens(post('a', ['chess']), post('b', ['jazz']), ...crowd(5, 'a', 0));
    expect(await tags(world.clock.now() + 10_000)).toBe(before);
    expect(await tags(world.clock.now() + 10_001)).toHaveLength(1);
  });

  it('are what a plain count over the activities says', async () => {
    const tagsOf: Record<string, readonly string[]> = { a: ['x'], b: ['x', 'y'], c: ['y', 'z'], d: ['z'] };
    const visit = fc.record({
      person: fc.integer({ min: 0, max: 29 }),
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      hoursAgo: fc.oneof(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 25, max: 400 })),
    });
    await world.happens(...Object.entries(tagsOf).map(([id, tags]) => post(id, tags)));
    const all: Visit[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(visit, { minLength: 5, maxLength: 20 }), async (visits) => {
        all.push(...visits);
        await world.happens(
          ...visits.map(({ person, id, hoursAgo }): Happening => {
            return { by: `p${person}`, does: 'view', to: `post:${id}`, hoursAgo };
          }),
        );
        const found = (await trends()).map(({ tag, people, burst }) => [tag, people, burst]);
        expect(found).toEqual(
          plainTrends(all, tagsOf).map(([tag, people, burst]) => [tag, people, expect.closeTo(burst, 6)]),
        );
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

interface Visit {
  readonly person: number;
  readonly id: string;
  readonly hoursAgo: number;
}

/** Slow and obvious: one pass over all visits for each tag. */
function plainTrends(visits: readonly Visit[], tagsOf: Record<string, readonly string[]>): [string, number, number][] {
  const tags = [...new Set(Object.values(tagsOf).flat())];
  const counts = tags.map((tag) => {
    const own = visits.filter(({ id }) => tagsOf[id]?.includes(tag));
    const latest = new Map<number, number>();
    for (const { person, hoursAgo } of own.filter((one) => one.hoursAgo * HOUR_MS < 24 * HOUR_MS)) {
      latest.set(person, Math.min(latest.get(person) ?? 24, hoursAgo));
    }
    const observed = [...latest.values()].reduce((sum, hours) => sum + 2 ** (-hours / 4), 0);
    // With Gus, who made them all.
    return { tag, people: latest.size, observed, ever: new Set(own.map(({ person }) => person)).size + 1 };
  });
  const all = (key: 'people' | 'observed' | 'ever') => counts.reduce((sum, one) => sum + one[key], 0);
  return counts
    .filter(({ people }) => people >= 5)
    .map(({ tag, people, observed, ever }): [string, number, number] => {
      const usual = Math.max((all('observed') * (ever - people)) / (all('ever') - all('people')), 0.5);
      return [tag, people, observed > usual ? (observed - usual) ** 2 / usual : 0];
    })
    .filter(([, , burst]) => burst > 0)
    .sort((a, b) => b[2] - a[2]);
}
