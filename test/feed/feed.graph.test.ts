import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/core/clock.ts';
import type { FeedItem } from '../../src/feed/explain/present.ts';
import { createFeed, type Feed, type FeedPorts } from '../../src/feed/feed.ts';
import { deleteExpiredSnapshots } from '../../src/feed/snapshot.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { openGraph } from '../../src/graph/graph.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { type Happening, HISTORY, openWorld, type World } from '../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };

/** A feed over the world; every first page is ranked anew unless a test says otherwise. */
function feedOf(known: Partial<FeedPorts> = {}): Feed {
  return createFeed({
    graph: world.graph,
    pool: world.pool,
    waitFor: async (position) => world.position() >= position,
    headOf: (person) => world.log.headOf(person),
    projectionPosition: world.position,
    cursorSecret: 'a secret of at least thirty-two characters',
    clock: world.clock,
    ranking: DEFAULT_RANKING,
    reuseMs: -1,
    ...known,
  });
}

async function itemsFor(viewer: string | null, feed = feedOf()): Promise<readonly FeedItem[]> {
  return (await feed.page({ viewer, limit: 100 })).items;
}
const contentsFor = async (viewer: string | null, feed = feedOf()) =>
  (await itemsFor(viewer, feed)).map(({ content }) => content);

/** All pages, by cursor, with something happening before each further page. */
async function walk(
  viewer: string | null,
  limits: readonly number[],
  between: (page: number, items: readonly FeedItem[]) => Promise<unknown> = async () => undefined,
): Promise<FeedItem[][]> {
  const feed = feedOf();
  const pages: FeedItem[][] = [];
  let cursor: string | undefined;
  do {
    const limit = limits[pages.length % limits.length] ?? 1;
    const page = await feed.page({ viewer, limit, ...(cursor === undefined ? {} : { cursor }) });
    pages.push([...page.items]);
    cursor = page.next ?? undefined;
    await between(pages.length, page.items);
  } while (cursor !== undefined);
  return pages;
}

async function freshWorld(): Promise<void> {
  database = await createDatabase('feed');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY);
}

/** What the refresher would have found out: content like what Ann liked, and somebody like her. */
async function similarToEachOther(): Promise<void> {
  await lent.graph.driver.executeQuery(
    `MATCH (a:Content {id: 'post:opening'}), (b:Content {id: 'article:endgames'}), (ann:User {id: 'ann'}), (ed:User {id: 'ed'})
     MERGE (a)-[:SIMILAR_TO {model: 'cosine', score: 0.5, computedAt: 0.0}]->(b)
     MERGE (ann)-[:SIMILAR_TO {model: 'cosine_people', score: 0.4, computedAt: 0.0}]->(ed)`,
  );
}

async function endWorld(): Promise<void> {
  await world.close();
  await dropDatabase(database.name);
}

describe('the feed of a person with ties', () => {
  beforeAll(async () => {
    await freshWorld();
    await similarToEachOther();
  });
  afterAll(endWorld);

  it('brings what ties made and engaged with, what people alike engaged with, what trends and what is new', async () => {
    const items = new Map((await itemsFor('ann')).map((item) => [item.content, item]));
    expect([...items.keys()].sort()).toEqual([
      'article:endgames',
      'post:bo1',
      'post:bo2',
      'post:jazz',
      'question:rook',
      'story:cy1',
    ]);
    expect(items.get('post:bo1')?.sources).toContain('ties');
    expect(items.get('article:endgames')?.sources).toEqual(
      expect.arrayContaining(['similar_content', 'similar_people']),
    );
    expect(items.get('article:endgames')?.parts['preference']).toBeGreaterThan(0);
    expect(items.get('question:rook')?.sources).toContain('trending');
    expect(items.get('story:cy1')?.sources).toContain('new');
  });

  it('says why each item is there, in words that hold', async () => {
    const items = new Map((await itemsFor('ann')).map((item) => [item.content, item]));
    expect(items.get('post:bo1')?.title).toBe('Bo speaks');
    expect(items.get('post:bo1')?.reasons).toContain('Bo, whom you are connected with, made this');
    expect(items.get('story:cy1')?.reasons).toEqual(['Cy, whom you follow, made this', 'New in the last day']);
    const jazz = items.get('post:jazz');
    expect(jazz?.proof.people.map(({ name }) => name).sort()).toEqual(['Bo', 'Di']);
    expect(jazz?.proof.others).toBe(0);
    expect(items.get('article:endgames')?.reasons).toContain(
      'Somebody who engaged with what you engaged with engaged with this too',
    );
    expect(items.get('article:endgames')?.reasons).toContain('About #chess, which you are interested in');
    expect(items.get('question:rook')?.reasons).toContain('Trending: 4 people in the last 2 hours');
  });

  it('numbers the items from 1 on and orders them by score where no slate rule moved them', async () => {
    const items = await itemsFor('ann');
    expect(items.map(({ rank }) => rank)).toEqual(items.map((_, index) => index + 1));
    const unmoved = items.filter(({ moved_by }) => moved_by.length === 0).map(({ score }) => score);
    expect(unmoved).toEqual([...unmoved].sort((a, b) => b - a));
  });

  it('Law 5: gives a score that is exactly the sum of its parts, from the graph to the answer and out of a snapshot', async () => {
    const pages = [await itemsFor('ann'), ...(await walk('ann', [2]))];
    for (const item of pages.flat()) {
      const shown: FeedItem = JSON.parse(JSON.stringify(item));
      expect(shown.score).toBe(Object.values(shown.parts).reduce((sum, part) => sum + part, 0));
      expect(Object.keys(shown.parts).slice(0, 3)).toEqual(['connection', 'interest', 'interaction']);
    }
  });

  it('shows no faces of people who asked not to be shown, at once', async () => {
    await world.pool.query(`UPDATE users SET settings = '{"hide_from_social_proof": true}' WHERE id = 'di'`);
    const jazz = (await itemsFor('ann')).find(({ content }) => content === 'post:jazz');
    expect(jazz?.proof).toEqual({ people: [{ id: 'bo', name: 'Bo' }], others: 0 });
    expect(jazz?.reasons.join()).not.toContain('Di');
    await world.pool.query(`UPDATE users SET settings = '{}' WHERE id = 'di'`);
  });

  it('tells how long each source took', async () => {
    const told: string[] = [];
    await itemsFor('ann', feedOf({ observe: (name) => told.push(name) }));
    expect(told).toEqual(
      expect.arrayContaining(['ties', 'similar_content', 'similar_people', 'interests', 'trending', 'new']),
    );
  });
});

describe('the feed of somebody new', () => {
  beforeAll(freshWorld);
  afterAll(endWorld);

  it('has what is new and what trends for an anonymous visitor', async () => {
    const items = await itemsFor(null);
    expect(items.length).toBeGreaterThan(5);
    expect(new Set(items.flatMap(({ sources }) => sources))).toEqual(new Set(['trending', 'new_authors', 'new']));
    expect(items.every(({ reasons }) => reasons.length > 0)).toBe(true);
  });

  it('has something for a person whom nobody ever heard of', async () => {
    expect(await contentsFor('newcomer')).toContain('post:ann1');
  });

  it('puts first what a new person declared to be interested in', async () => {
    await world.happens({ by: 'newcomer', does: 'declare_interest', more: { hashtags: ['jazz'] } });
    const items = await itemsFor('newcomer');
    const jazz = items.find(({ content }) => content === 'post:jazz');
    expect(jazz?.sources).toContain('interests');
    expect(jazz?.reasons).toContain('About #jazz, which you are interested in');
    expect(jazz?.parts['interest']).toBeGreaterThan(0);
  });
});

describe('what was taken back', () => {
  beforeEach(freshWorld);
  afterEach(endWorld);

  const likes = (...people: readonly string[]) => people.map((by) => ({ by, does: 'like', to: 'article:lost' }));
  const unlikes = (...people: readonly string[]) => likes(...people).map((like) => ({ ...like, does: 'unlike' }));
  const lost: Happening = { by: 'gus', does: 'create', to: 'article:lost', hoursAgo: 50 * 24 };
  const sourcesOfLost = async () => (await itemsFor('ann')).find(({ content }) => content === 'article:lost')?.sources;

  it('keeps nothing out of the feed, whichever source brings it', async () => {
    await world.happens(lost, ...likes('bo', 'cy', 'di', 'ann'));
    expect(await sourcesOfLost()).toBeUndefined();
    world.clock.advance(1);
    await world.happens(...unlikes('ann'));
    expect(await sourcesOfLost()).toEqual(expect.arrayContaining(['ties', 'trending']));
  });

  it('brings nothing into the feed', async () => {
    await world.happens(lost, ...likes('bo', 'cy', 'di'));
    expect(await sourcesOfLost()).toEqual(expect.arrayContaining(['ties', 'trending']));
    world.clock.advance(1);
    await world.happens(...unlikes('bo', 'cy', 'di'));
    const sources = await sourcesOfLost();
    expect(sources).not.toContain('ties');
    expect(sources).not.toContain('trending');
    expect(sources).not.toContain('similar_people');
  });
});

describe('what is the same for everybody', () => {
  beforeAll(freshWorld);
  afterAll(endWorld);

  it('is read once for readers who come together, and soon anew', async () => {
    const told: string[] = [];
    const feed = feedOf({ observe: (name) => told.push(name) });
    const readings = () => told.filter((name) => name === 'trending').length;
    await Promise.all(['ann', 'bo', 'cy'].map((viewer) => contentsFor(viewer, feed)));
    await world.happens({ by: 'gus', does: 'create', to: 'post:gus9' });
    expect(await contentsFor('ann', feed)).not.toContain('post:gus9');
    expect(readings()).toBe(1);
    world.clock.advance(2_001);
    expect(await contentsFor('ann', feed)).toContain('post:gus9');
    expect(readings()).toBe(2);
  });

  it('Law 8: is never older than the position asked for', async () => {
    const feed = feedOf();
    await contentsFor('ann', feed);
    const afterPosition = await world.happens({ by: 'gus', does: 'create', to: 'post:gus10' });
    const { items } = await feed.page({ viewer: 'bo', limit: 100, afterPosition });
    expect(items.map(({ content }) => content)).toContain('post:gus10');
  });

  it('is asked for again after it failed', async () => {
    let fails = true;
    const graph: Graph = {
      ...world.graph,
      run: (query, params) => (fails ? Promise.reject(new Error('away for a moment')) : world.graph.run(query, params)),
    };
    const feed = feedOf({ graph });
    await expect(feed.page({ viewer: 'ann', limit: 1 })).rejects.toThrow('away for a moment');
    fails = false;
    expect(await contentsFor('ann', feed)).toContain('post:bo1');
  });
});

describe('Law 6: no means no, at once', () => {
  beforeEach(freshWorld);
  afterEach(endWorld);

  const cases: readonly (readonly [string, Happening, readonly string[]])[] = [
    ['hidden content', { by: 'ann', does: 'hide', to: 'post:bo1' }, ['post:bo1']],
    ['reported content and its author', { by: 'ann', does: 'report', to: 'post:jazz' }, ['post:jazz', 'question:rook']],
    ['a muted person', { by: 'ann', does: 'mute', with: 'bo' }, ['post:bo1', 'post:bo2']],
    ['a blocked person', { by: 'ann', does: 'block', with: 'cy' }, ['story:cy1']],
    ['a person who blocked the reader', { by: 'bo', does: 'block', with: 'ann' }, ['post:bo1', 'post:bo2']],
    ['a muted tag', { by: 'ann', does: 'mute', to: 'tag:jazz' }, ['post:jazz']],
    ['deleted content', { by: 'bo', does: 'delete', to: 'post:bo2' }, ['post:bo2']],
    [
      'content made private',
      { by: 'bo', does: 'update', to: 'post:bo2', more: { visibility: 'private' } },
      ['post:bo2'],
    ],
  ];

  it.each(cases)('takes %s out of the very next page, before the graph knows', async (_, no, gone) => {
    const feed = feedOf({ projectionPosition: () => Number.MAX_SAFE_INTEGER });
    const before = await contentsFor('ann', feed);
    expect(before).toEqual(expect.arrayContaining([...gone]));
    const [first] = (await feed.page({ viewer: 'ann', limit: 1 })).items;
    const { next } = await feed.page({ viewer: 'ann', limit: 1 });
    await world.append(no);
    const rest = await feed.page({ viewer: 'ann', limit: 100, cursor: next ?? '' });
    const expected = before.filter((content) => content !== first?.content && !gone.includes(content));
    expect(rest.items.map(({ content }) => content)).toEqual(expected);
    expect(await contentsFor('ann', feed)).not.toEqual(expect.arrayContaining([gone[0]]));
  });
});

describe('Law 7: pages join up', () => {
  beforeAll(freshWorld);
  afterAll(endWorld);

  it('walks to the whole feed with pages of any size', async () => {
    const whole = await contentsFor('ann');
    for (const sizes of [[1], [2], [3, 1], [5], [100]]) {
      const walked = (await walk('ann', sizes)).flat();
      expect(walked.map(({ content }) => content)).toEqual(whole);
      expect(walked.map(({ rank }) => rank)).toEqual(whole.map((_, index) => index + 1));
    }
  });

  it('repeats nothing and skips nothing but what was refused, whatever happens between the pages', async () => {
    const whole = await contentsFor('ann');
    const hidden = whole.slice(2, 4);
    const pages = await walk('ann', [2], async (page) => {
      if (page === 1) {
        await world.happens(
          ...hidden.map((content) => ({ by: 'ann', does: 'hide', to: content })),
          { by: 'flo', does: 'create', to: 'post:latest' },
          { by: 'ann', does: 'like', to: whole[5] ?? '' },
        );
      }
    });
    expect(pages.map((page) => page.map(({ content }) => content))).toEqual([whole.slice(0, 2), whole.slice(4, 6)]);
    expect(pages.flat().map(({ rank }) => rank)).toEqual([1, 2, 5, 6]);
    world.clock.advance(1);
    await world.happens(...hidden.map((content) => ({ by: 'ann', does: 'unhide', to: content })));
    // Of two words of one moment, the one with the greater id would be the last.
    world.clock.advance(1);
  });

  it('holds for any page sizes and any refusals after any page', async () => {
    const anySizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
    const anyRefusals = fc.array(fc.record({ after: fc.nat(5), which: fc.nat(20) }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(anySizes, anyRefusals, async (sizes, refusals) => {
        const whole = await contentsFor('ann');
        const expected: string[] = [...whole];
        const refused = new Set<string>();
        let shown = 0;
        const pages = await walk('ann', sizes, async (page, items) => {
          shown += items.length;
          for (const { which } of refusals.filter(({ after }) => after === page)) {
            const content = whole[which % whole.length] ?? '';
            if (!refused.has(content)) {
              refused.add(content);
              await world.append({ by: 'ann', does: 'hide', to: content });
              const place = expected.indexOf(content);
              expected.splice(place, place >= shown ? 1 : 0);
            }
          }
        });
        expect(pages.flat().map(({ content }) => content)).toEqual(expected);
        world.clock.advance(1);
        await world.happens(...[...refused].map((content) => ({ by: 'ann', does: 'unhide', to: content })));
        world.clock.advance(1);
      }),
      { numRuns: 20 },
    );
  });
});

describe('cursors and snapshots', () => {
  beforeAll(freshWorld);
  afterAll(endWorld);

  it('refuses a cursor of somebody else, and one that was altered', async () => {
    const { next } = await feedOf().page({ viewer: 'ann', limit: 1 });
    await expect(feedOf().page({ viewer: 'bo', limit: 1, cursor: next ?? '' })).rejects.toMatchObject({
      code: 'CURSOR_MALFORMED',
    });
    const altered = (next ?? '').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    await expect(feedOf().page({ viewer: 'ann', limit: 1, cursor: altered })).rejects.toMatchObject({
      code: 'CURSOR_MALFORMED',
    });
  });

  it('walks the feed of the cursor when the person is assigned to another algorithm meanwhile', async () => {
    const before = await feedOf().page({ viewer: 'ann', limit: 1 });
    const reassigned = feedOf({ algorithmFor: () => 'graph_v2' });
    const later = await reassigned.page({ viewer: 'ann', limit: 1, cursor: before.next ?? '' });
    expect([before.algorithm, later.algorithm]).toEqual(['activity_enhanced_v1', 'activity_enhanced_v1']);
    expect(later.items[0]?.rank).toBe(2);
    const other = { viewer: 'ann', limit: 1, cursor: before.next ?? '', algorithm: 'graph_v2' };
    await expect(reassigned.page(other)).rejects.toMatchObject({ code: 'CURSOR_MALFORMED' });
  });

  it('answers 410 to a cursor after 30 minutes, also when the snapshot was deleted', async () => {
    const { next } = await feedOf().page({ viewer: 'ann', limit: 1 });
    world.clock.advance(30 * MINUTE_MS - 1);
    await expect(feedOf().page({ viewer: 'ann', limit: 1, cursor: next ?? '' })).resolves.toBeDefined();
    world.clock.advance(1);
    await expect(feedOf().page({ viewer: 'ann', limit: 1, cursor: next ?? '' })).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
      status: 410,
    });
    expect(await deleteExpiredSnapshots(world.pool, world.clock.now())).toBeGreaterThan(0);
    await expect(feedOf().page({ viewer: 'ann', limit: 1, cursor: next ?? '' })).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
    });
  });

  it('knows what is in a feed that it made, and asks Postgres whether it is still there', async () => {
    const feed = feedOf();
    const { next } = await feed.page({ viewer: 'ann', limit: 1 });
    const later = { viewer: 'ann', limit: 1, cursor: next ?? '' };
    await world.pool.query(`UPDATE feed_snapshot SET items = '{}'`);
    expect((await feed.page(later)).items).toHaveLength(1);
    await expect(feedOf().page(later)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    // As when the person is erased.
    await world.pool.query('DELETE FROM feed_snapshot');
    await expect(feed.page(later)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  });

  it('answers 410 to a cursor whose snapshot another version wrote in a way of its own', async () => {
    const { next } = await feedOf().page({ viewer: 'ann', limit: 1 });
    await world.pool.query(`UPDATE feed_snapshot SET items = (items::jsonb - 'format')::json`);
    await expect(feedOf().page({ viewer: 'ann', limit: 1, cursor: next ?? '' })).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
    });
    world.clock.advance(1);
    expect(await contentsFor('ann', feedOf({ reuseMs: HOUR_MS }))).toContain('post:bo1');
  });

  it('serves the same snapshot again until the person does something or a moment has passed', async () => {
    const feed = feedOf({ reuseMs: 10_000 });
    const before = await contentsFor('ann', feed);
    await world.happens({ by: 'cy', does: 'create', to: 'post:cy2' });
    expect(await contentsFor('ann', feed)).toEqual(before);
    world.clock.advance(10_001);
    expect(await contentsFor('ann', feed)).toContain('post:cy2');
    await world.happens({ by: 'cy', does: 'create', to: 'post:cy3' }, { by: 'ann', does: 'profile_visit', with: 'cy' });
    expect(await contentsFor('ann', feed)).toContain('post:cy3');
  });

  it('ranks anew when a position is asked for that the snapshot did not have', async () => {
    const feed = feedOf({ reuseMs: HOUR_MS });
    await contentsFor('ann', feed);
    const afterPosition = await world.happens({ by: 'cy', does: 'create', to: 'post:cy4' });
    const { items } = await feed.page({ viewer: 'ann', limit: 100, afterPosition });
    expect(items.map(({ content }) => content)).toContain('post:cy4');
  });

  it('remembers what the rules took out, and by which rule', async () => {
    await contentsFor('ann');
    const { rows } = await world.pool.query(
      `SELECT items -> 'removed' AS removed FROM feed_snapshot WHERE user_id = 'ann' ORDER BY created_at DESC LIMIT 1`,
    );
    expect(rows[0].removed.own).toContain('post:ann1');
  });
});

describe('Law 8: read your writes', () => {
  beforeAll(freshWorld);
  afterAll(endWorld);

  it('waits until the graph has what the person did last', async () => {
    const like = await world.append({ by: 'ann', does: 'like', to: 'post:jazz' });
    const asked: number[] = [];
    const feed = feedOf({
      waitFor: async (position) => {
        asked.push(position);
        return (await world.project()) >= position;
      },
    });
    const { items, position } = await feed.page({ viewer: 'ann', limit: 100 });
    expect(asked).toEqual([like]);
    expect(items.map(({ content }) => content)).not.toContain('post:jazz');
    expect(position).toBeGreaterThanOrEqual(like);
  });

  it('does not wait for what others did, unless asked to', async () => {
    const made = await world.append({ by: 'cy', does: 'create', to: 'post:cy5' });
    const waits: number[] = [];
    const feed = feedOf({
      waitFor: async (position) => {
        waits.push(position);
        return (await world.project()) >= position;
      },
    });
    expect(await contentsFor('ann', feed)).not.toContain('post:cy5');
    expect(waits).toEqual([]);
    const { items } = await feed.page({ viewer: 'ann', limit: 100, afterPosition: made });
    expect(waits).toEqual([made]);
    expect(items.map(({ content }) => content)).toContain('post:cy5');
  });

  it('says GRAPH_BEHIND when the graph does not get there in time', async () => {
    await expect(feedOf().page({ viewer: 'ann', limit: 1, afterPosition: 1e6 })).rejects.toMatchObject({
      code: 'GRAPH_BEHIND',
      status: 503,
    });
  });

  it('says GRAPH_UNAVAILABLE when Neo4j is away', async () => {
    const away = openGraph(
      { uri: 'bolt://127.0.0.1:1', user: 'neo4j', password: 'none' },
      { retryMs: 100, acquireTimeoutMs: 500 },
    );
    await expect(feedOf({ graph: away }).page({ viewer: 'ann', limit: 1 })).rejects.toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
    });
    await away.close();
  });

  it('says LOG_UNAVAILABLE when Postgres goes while the graph is still asked, and the process lives on', async () => {
    let failed = (): void => undefined;
    const failing = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const pool: Pool = Object.create(world.pool, {
      query: {
        value(query: { readonly text: string }, values: unknown[]) {
          if (!query.text?.includes('effective_at > $2')) {
            return world.pool.query(query as never, values);
          }
          setImmediate(failed);
          return Promise.reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
        },
      },
    });
    const graph: Graph = {
      ...world.graph,
      run: async (query, params) => {
        await failing;
        return world.graph.run(query, params);
      },
    };
    // A rejection that nobody handles would fail the run of the tests.
    await expect(feedOf({ pool, graph }).page({ viewer: 'ann', limit: 1 })).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
    });
  });

  it('says GRAPH_REBUILDING while the graph is being rebuilt', async () => {
    const session = world.graph.driver.session();
    await session.run(`MATCH (p:Projection {name: 'main'}) SET p.rebuilding = 'folding'`);
    for (const viewer of ['ann', 'somebody whom the graph does not have', null]) {
      await expect(feedOf().page({ viewer, limit: 1 })).rejects.toMatchObject({ code: 'GRAPH_REBUILDING' });
    }
    await session.run(`MATCH (p:Projection {name: 'main'}) SET p.rebuilding = null`);
    await session.close();
  });

  it('refuses what no page can be', async () => {
    await expect(feedOf().page({ viewer: 'ann', limit: 0 })).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
    await expect(feedOf().page({ viewer: 'ann', limit: 1, algorithm: 'none' })).rejects.toMatchObject({
      code: 'ALGORITHM_UNKNOWN',
    });
  });
});
