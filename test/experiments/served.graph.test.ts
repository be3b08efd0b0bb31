import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { MINUTE_MS } from '../../src/core/clock.ts';
import { createLogger } from '../../src/core/logger.ts';
import { createExposures, type Exposures } from '../../src/experiments/exposure.ts';
import { measureFeeds } from '../../src/experiments/measure.ts';
import { createFeed, type Feed } from '../../src/feed/feed.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { HISTORY, openWorld, type World } from '../support/world.ts';

const postgres = usePostgres();
const lent = useGraph();
let world: World;
let exposures: Exposures;
let feed: Feed;

beforeAll(async () => {
  world = await openWorld({ databaseUrl: postgres.url, graph: lent.graph });
  await world.happens(...HISTORY);
  exposures = createExposures({ pool: world.pool, logger: createLogger('silent') });
  feed = createFeed({
    graph: world.graph,
    pool: world.pool,
    waitFor: async (position) => world.position() >= position,
    headOf: (person) => world.log.headOf(person),
    projectionPosition: world.position,
    cursorSecret: 'a secret of at least thirty-two characters',
    clock: world.clock,
    ranking: DEFAULT_RANKING,
    served: (page) => exposures.record(page),
  });
});
afterAll(() => world.close());

async function noted() {
  await exposures.settled();
  const { rows } = await world.pool.query('SELECT user_id, content, rank FROM feed_exposure ORDER BY user_id, rank');
  return rows;
}

describe('a page of a feed', () => {
  it('is noted with its ranks as it was given out, page by page, and measured by what the person then does', async () => {
    const first = await feed.page({ viewer: 'ann', limit: 2 });
    const second = await feed.page({ viewer: 'ann', limit: 1, cursor: first.next ?? '' });
    const items = [...first.items, ...second.items].map(({ content, rank }) => ({ user_id: 'ann', content, rank }));
    expect(items).toHaveLength(3);
    expect(await noted()).toEqual(items);

    world.clock.advance(MINUTE_MS);
    await world.happens({ by: 'ann', does: 'like', to: items[1]?.content ?? '' });
    world.clock.advance(MINUTE_MS);
    await measureFeeds(world.pool, { now: world.clock.now(), onStep: async () => undefined });
    const { rows } = await world.pool.query(
      'SELECT user_id, content_count, click_through_rate FROM feed_performance_metric',
    );
    expect(rows).toEqual([{ user_id: 'ann', content_count: 3, click_through_rate: 1 / 3 }]);
  });

  it('is not noted when somebody else looks at it, or nobody in particular', async () => {
    const before = await noted();
    expect((await feed.page({ viewer: 'di', limit: 5, preview: true })).items).not.toEqual([]);
    expect((await feed.page({ viewer: null, limit: 5 })).items).not.toEqual([]);
    expect(await noted()).toEqual(before);
  });
});
