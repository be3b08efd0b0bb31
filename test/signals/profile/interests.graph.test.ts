import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { interestsOf } from '../../../src/signals/profile/interests.ts';
import { createDatabase, dropDatabase, useGraph } from '../../support/stores.ts';
import { type Happening, openWorld, type World } from '../../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };

beforeEach(async () => {
  database = await createDatabase('interests');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
});
afterEach(async () => {
  await world.close();
  await dropDatabase(database.name);
});

const interests = (person = 'ann', later = 0, limit = 50) =>
  interestsOf({ graph: world.graph, ranking: DEFAULT_RANKING }, { person, now: world.clock.now() + later, limit });
const DAYS = 24;
const tagged = (id: string, ...hashtags: string[]): Happening => ({
  by: 'gus',
  does: 'create',
  to: `post:${id}`,
  hoursAgo: 90 * DAYS,
  more: { hashtags },
});

describe('interests', () => {
  it('are what a person did with tagged content, searched and opened, halved in 30 days', async () => {
    await world.happens(
      tagged('p1', 'chess', 'clubs'),
      { by: 'ann', does: 'share', to: 'post:p1', hoursAgo: 30 * DAYS }, // .7 / 2 tags, halved once
      { by: 'ann', does: 'search', hoursAgo: 60 * DAYS, more: { hashtags: ['chess'] } }, // .2, halved twice
      { by: 'ann', does: 'hashtag_use', hoursAgo: 0, more: { hashtags: ['jazz'] } }, // .2
    );
    const found = await interests();
    expect(found.map(({ tag, declared, learned }) => [tag, declared, learned])).toEqual([
      ['chess', false, true],
      ['jazz', false, true],
      ['clubs', false, true],
    ]);
    expect(found.map(({ weight }) => weight)).toEqual([
      expect.closeTo(0.35 / 2 + 0.2 / 4, 9),
      expect.closeTo(0.2, 9),
      expect.closeTo(0.35 / 2, 9),
    ]);
    expect(found[0]?.lastAt).toBe(world.clock.now() - 30 * DAYS * 3_600_000);
    const later = await interests('ann', 30 * DAYS * 3_600_000);
    expect(later.find(({ tag }) => tag === 'jazz')?.weight).toBeCloseTo(0.1, 9);
  });

  it('were declared: those are not crowded out by what was done more', async () => {
    await world.happens(
      { by: 'ann', does: 'hashtag_use', more: { hashtags: ['chess'] } },
      { by: 'ann', does: 'hashtag_use', more: { hashtags: ['clubs'] } },
      { by: 'ann', does: 'declare_interest', more: { hashtags: ['jazz'] } },
    );
    const found = await interests('ann', 0, 1);
    expect(found.map(({ tag, declared }) => [tag, declared])).toEqual([
      ['chess', false],
      ['jazz', true],
    ]);
  });

  it('are found in the words of a search too', async () => {
    await world.happens(
      { by: 'ann', does: 'search', more: { description: 'openings #Chess, #end_games!' } },
      { by: 'ann', does: 'search', more: { metadata: { query: '#jazz tonight' } } },
    );
    expect((await interests()).map(({ tag, weight }) => [tag, weight])).toEqual([
      ['jazz', expect.closeTo(0.2, 9)],
      ['chess', expect.closeTo(0.1, 9)],
      ['end-games', expect.closeTo(0.1, 9)],
    ]);
  });

  it('are declared ones as well, until they are dropped', async () => {
    // Of two words at the same moment the one with the greater id would be the last.
    await world.happens({ by: 'ann', does: 'declare_interest', hoursAgo: 1, more: { hashtags: ['go'] } });
    expect(await interests()).toEqual([
      { tag: 'go', weight: 0, declared: true, factor: 1, learned: false, lastAt: null },
    ]);
    await world.happens({ by: 'ann', does: 'drop_interest', more: { hashtags: ['go'] } });
    expect(await interests()).toEqual([]);
  });

  it('weigh Σ share · 2^(−age / 30 days), whatever was done when and in which order', async () => {
    const kinds = { view: 0.1, like: 0.3, comment: 0.5, share: 0.7 } as const;
    const acts = fc.array(
      fc.record({
        does: fc.constantFrom('view', 'comment', 'share'),
        id: fc.constantFrom('p1', 'p2', 'p3'),
        hoursAgo: fc.integer({ min: 0, max: 80 * DAYS }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    const tagsOf: Record<string, string[]> = { p1: ['chess'], p2: ['chess', 'jazz'], p3: ['go', 'jazz', 'tea'] };
    await world.happens(...Object.entries(tagsOf).map(([id, tags]) => tagged(id, ...tags)));
    let person = 0;
    await fc.assert(
      fc.asyncProperty(acts, async (done) => {
        person += 1;
        const by = `person-${person}`;
        await world.happens(...done.map(({ does, id, hoursAgo }) => ({ by, does, to: `post:${id}`, hoursAgo })));
        const expected = new Map<string, number>();
        for (const { does, id, hoursAgo } of done) {
          for (const tag of tagsOf[id] ?? []) {
            const share = kinds[does as keyof typeof kinds] / (tagsOf[id]?.length ?? 1);
            expected.set(tag, (expected.get(tag) ?? 0) + share * 2 ** (-hoursAgo / (30 * DAYS)));
          }
        }
        const found = await interests(by);
        expect(found).toHaveLength(expected.size);
        for (const { tag, weight } of found) {
          expect(weight).toBeCloseTo(expected.get(tag) ?? Number.NaN, 9);
        }
      }),
      { numRuns: 15 },
    );
  });
});
