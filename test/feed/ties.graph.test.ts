import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import type { FeedItem } from '../../src/feed/explain/present.ts';
import { createFeed } from '../../src/feed/feed.ts';
import { runTies } from '../../src/signals/ties/run-ties.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { openWorld, type World } from '../support/world.ts';

const lent = useGraph();
const ranking = DEFAULT_RANKING;
let world: World;
let database: { readonly name: string; readonly url: string };

beforeEach(async () => {
  database = await createDatabase('feed-ties');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
});
afterEach(async () => {
  await world.close();
  await dropDatabase(database.name);
});

/** `connection` is .7 of the 3.6 that the weights of `base` add up to, and `base` is .4 of the whole (seed 000). */
const SHARE = (0.4 * 0.7) / 3.6;

/** How strongly Ann is tied to somebody, as the feed sees it: taken from the score of something that they made. */
async function strengthOf(person: string): Promise<number> {
  return ((await itemOf(`post:of-${person}`))?.parts['connection'] ?? Number.NaN) / SHARE;
}

async function itemOf(content: string): Promise<FeedItem | undefined> {
  const feed = createFeed({
    graph: world.graph,
    pool: world.pool,
    waitFor: async (position) => world.position() >= position,
    headOf: (head) => world.log.headOf(head),
    projectionPosition: world.position,
    cursorSecret: 'a secret of at least thirty-two characters',
    clock: world.clock,
    ranking,
    reuseMs: -1,
  });
  const { items } = await feed.page({ viewer: 'ann', limit: 100, algorithm: 'activity_enhanced_v1' });
  return items.find((item) => item.content === content);
}

const made = (by: string) => ({ by, does: 'create', to: `post:of-${by}`, hoursAgo: 1 });

describe("a reader's ties", () => {
  it('are what they did themselves up to now, and what they had in common when that was computed last', async () => {
    await world.happens(
      made('bo'),
      { by: 'ann', does: 'message', with: 'bo' },
      { by: 'bo', does: 'message', with: 'ann' },
      { by: 'ann', does: 'like', to: 'post:p1' },
      { by: 'bo', does: 'like', to: 'post:p1' },
    );
    // A message weighs .5, one that comes in half of that, and so much again that both ways have in common. Before the
    // ties are computed, what the two have in common counts nothing.
    expect(await strengthOf('bo')).toBeCloseTo(1 - Math.exp(-1), 9);
    await runTies({ graph: lent.graph, ranking }, { now: world.clock.now() });
    // Both like the same, .3 each, of which a tenth counts.
    expect(await strengthOf('bo')).toBeCloseTo(1 - Math.exp(-(1 + 0.1 * 0.3)), 9);
    await world.happens({ by: 'ann', does: 'message', with: 'bo' });
    expect(await strengthOf('bo')).toBeCloseTo(1 - Math.exp(-(1.5 + 0.1 * 0.3)), 9);
    // A half-life later, half of all of it is left.
    world.clock.advance(ranking.halfLifeMs.INTERACTED);
    expect(await strengthOf('bo')).toBeCloseTo(1 - Math.exp(-(1.5 + 0.1 * 0.3) / 2), 9);
  });

  it('tell nothing of what those do whom they are not in touch with', async () => {
    await world.happens(
      made('bo'),
      { by: 'ann', does: 'message', with: 'bo' },
      { by: 'ann', does: 'like', to: 'post:p1' },
      { by: 'bo', does: 'view', to: 'post:p1' },
    );
    await runTies({ graph: lent.graph, ranking }, { now: world.clock.now() });
    expect(await strengthOf('bo')).toBeCloseTo(1 - Math.exp(-0.5), 9);
  });

  it('are not to people with whom they merely have things in common', async () => {
    await world.happens(
      made('bo'),
      { by: 'ann', does: 'like', to: 'post:p1' },
      { by: 'bo', does: 'like', to: 'post:p1' },
    );
    await runTies({ graph: lent.graph, ranking }, { now: world.clock.now() });
    expect(await strengthOf('bo')).toBe(0);
  });

  it('are not to anybody who blocked them: what such people engage with is no social proof', async () => {
    const proofOf = async () => (await itemOf('post:of-gus'))?.parts['social'] ?? Number.NaN;
    await world.happens(
      made('gus'),
      { by: 'ann', does: 'message', with: 'bo' },
      { by: 'bo', does: 'message', with: 'ann' },
      { by: 'bo', does: 'like', to: 'post:of-gus' },
    );
    expect(await proofOf()).toBeGreaterThan(0);
    await world.happens({ by: 'bo', does: 'block', with: 'ann' });
    expect(await proofOf()).toBe(0);
  });
});
