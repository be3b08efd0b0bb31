import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { createExplainItem } from '../../src/feed/explain/explain-item.ts';
import type { FeedItem } from '../../src/feed/explain/present.ts';
import { createFeed, type Feed } from '../../src/feed/feed.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { type Happening, openWorld, type World } from '../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };

beforeEach(async () => {
  database = await createDatabase('others');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
});
afterEach(async () => {
  await world.close();
  await dropDatabase(database.name);
});

function feedOf(): Feed {
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
  });
}

async function itemsFor(viewer: string): Promise<readonly FeedItem[]> {
  return (await feedOf().page({ viewer, limit: 100 })).items;
}
const itemFor = async (viewer: string, content: string) =>
  (await itemsFor(viewer)).find((item) => item.content === content);

const post: Happening = { by: 'gus', does: 'create', to: 'post:g1', hoursAgo: 30, more: { title: 'By Gus' } };
const connected: readonly Happening[] = [
  { by: 'ann', does: 'connection_request', with: 'bo', hoursAgo: 20 },
  { by: 'bo', does: 'connection_accept', with: 'ann', hoursAgo: 19 },
];

describe('what a feed tells of others', () => {
  it('is nothing to a stranger who merely visited them', async () => {
    await world.happens(
      post,
      { by: 'ann', does: 'like', to: 'post:g1', hoursAgo: 3 },
      { by: 'ed', does: 'profile_visit', with: 'ann', hoursAgo: 1 },
    );
    const item = await itemFor('ed', 'post:g1');
    expect(item?.proof).toEqual({ people: [], others: 0 });
    expect(item?.reasons.join()).not.toContain('Ann');
  });

  it('is not what they viewed, saved or spent time on, not even to friends; what they liked is', async () => {
    await world.happens(
      post,
      { by: 'gus', does: 'create', to: 'post:g2', hoursAgo: 29 },
      ...connected,
      { by: 'bo', does: 'view', to: 'post:g1', hoursAgo: 4 },
      { by: 'bo', does: 'save', to: 'post:g1', hoursAgo: 3 },
      { by: 'bo', does: 'like', to: 'post:g2', hoursAgo: 2 },
    );
    expect((await itemFor('ann', 'post:g1'))?.proof.people).toEqual([]);
    expect((await itemFor('ann', 'post:g1'))?.reasons.join()).not.toContain('Bo');
    expect((await itemFor('ann', 'post:g2'))?.proof.people).toEqual([{ id: 'bo', name: 'Bo' }]);
    expect((await itemFor('ann', 'post:g2'))?.reasons).toContain('Bo, whom you are in touch with, liked this');
  });

  it('shows through no source, part or number: a view by a friend looks like a view by anybody', async () => {
    const told = async (...acts: readonly Happening[]): Promise<unknown> => {
      await world.close();
      await dropDatabase(database.name);
      database = await createDatabase('others');
      await lent.empty();
      world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
      const shelf: Happening = { by: 'gus', does: 'create', to: 'post:g2', hoursAgo: 31 };
      await world.happens(post, shelf, ...connected, ...acts);
      const session = world.graph.driver.session();
      await session.run(
        `MATCH (a:Content {id: 'post:g1'}), (b:Content {id: 'post:g2'})
         MERGE (a)-[s:SIMILAR_TO {model: 'cosine'}]->(b) SET s.score = 0.5, s.computedAt = 0`,
      );
      await session.close();
      const feed = feedOf();
      const { items } = await feed.page({ viewer: 'ann', limit: 100, algorithm: 'graph_v2' });
      const explain = createExplainItem({
        pool: world.pool,
        clock: world.clock,
        cursorSecret: 'a secret of at least thirty-two characters',
        page: feed.page,
        consider: feed.consider,
      });
      const explained = [];
      for (const { content } of items) {
        explained.push((await explain({ viewer: 'ann', content, limit: 100, algorithm: 'graph_v2' })).item);
      }
      return { items, explained };
    };
    const does = (by: string, ...kinds: readonly string[]) =>
      kinds.map((kind): Happening => ({ by, does: kind, to: 'post:g1', hoursAgo: 3 }));
    const byAnybody = await told(...does('ed', 'view', 'save', 'share'));
    expect(await told(...does('bo', 'view', 'save', 'share'))).toEqual(byAnybody);
    // Nor does it add to what they liked.
    const liked = await told(...does('bo', 'like'), ...does('ed', 'view', 'save'));
    expect(await told(...does('bo', 'like', 'view', 'save'))).toEqual(liked);
    expect(liked).not.toEqual(byAnybody);
  }, 120_000);

  it('is not a like that was taken back', async () => {
    await world.happens(
      post,
      ...connected,
      { by: 'bo', does: 'view', to: 'post:g1', hoursAgo: 4 },
      { by: 'bo', does: 'like', to: 'post:g1', hoursAgo: 3 },
    );
    expect((await itemFor('ann', 'post:g1'))?.proof.people).toHaveLength(1);
    await world.happens({ by: 'bo', does: 'unlike', to: 'post:g1', hoursAgo: 1 });
    expect((await itemFor('ann', 'post:g1'))?.proof.people).toEqual([]);
  });

  it('is not that they visited the reader', async () => {
    await world.happens(post, { by: 'gus', does: 'profile_visit', with: 'ann', hoursAgo: 1 });
    const item = await itemFor('ann', 'post:g1');
    expect(item?.parts['connection']).toBe(0);
    expect(item?.reasons.join()).not.toContain('Gus');
  });

  it('Law 6: has no face of somebody whose content the reader reported', async () => {
    await world.happens(
      post,
      ...connected,
      { by: 'bo', does: 'create', to: 'post:b1', hoursAgo: 10 },
      { by: 'bo', does: 'like', to: 'post:g1', hoursAgo: 3 },
    );
    expect((await itemFor('ann', 'post:g1'))?.proof.people).toHaveLength(1);
    await world.happens({ by: 'ann', does: 'report', to: 'post:b1' });
    expect((await itemFor('ann', 'post:g1'))?.proof.people).toEqual([]);
  });
});

describe('the ties of a person', () => {
  it('are not crowded out by however many others turn to them', async () => {
    const strangers = Array.from({ length: 200 }, (_, index) => `stranger-${index}`);
    await world.happens(
      { by: 'di', does: 'create', to: 'post:d1', hoursAgo: 30 },
      { by: 'ann', does: 'message', with: 'di', hoursAgo: 20 },
      ...strangers.flatMap((by): Happening[] => [
        { by, does: 'message', with: 'ann', hoursAgo: 2 },
        { by, does: 'message', with: 'ann', hoursAgo: 1 },
      ]),
    );
    expect((await itemFor('ann', 'post:d1'))?.reasons).toContain('Di, whom you interact with, made this');
  });
});

describe('Law 6: a later page of a snapshot', () => {
  it('names nobody whose connection was ended since, and no relation that was; contact both ways goes on', async () => {
    const posts = ['g1', 'g2', 'g3'].map((id): Happening => ({ ...post, to: `post:${id}` }));
    await world.happens(
      ...connected,
      { by: 'ann', does: 'message', with: 'cy', hoursAgo: 18 },
      { by: 'cy', does: 'message', with: 'ann', hoursAgo: 17 },
      ...posts,
      { by: 'bo', does: 'create', to: 'post:b1', hoursAgo: 100 },
      ...posts.flatMap(({ to = '' }) => ['bo', 'cy'].map((by): Happening => ({ by, does: 'like', to, hoursAgo: 3 }))),
    );
    const feed = feedOf();
    const first = await feed.page({ viewer: 'ann', limit: 1 });
    const before = await feed.page({ viewer: 'ann', limit: 100, cursor: first.next ?? '' });
    const said = (items: readonly FeedItem[]) => items.flatMap(({ reasons }) => reasons).join();
    expect(said(before.items)).toMatch(/(Cy and Bo|Bo and Cy), both of whom you are in touch with/);
    const explainItem = createExplainItem({
      pool: world.pool,
      clock: world.clock,
      cursorSecret: 'a secret of at least thirty-two characters',
      page: feed.page,
      consider: feed.consider,
    });
    const explained = async () => (await explainItem({ viewer: 'ann', content: 'post:b1', limit: 20 })).item;
    expect((await explained())?.reasons).toContain('Bo, whom you are connected with, made this');

    await world.append({ by: 'bo', does: 'connection_remove', with: 'ann' });
    const after = await feed.page({ viewer: 'ann', limit: 100, cursor: first.next ?? '' });
    expect(after.items.map(({ content }) => content)).toEqual(before.items.map(({ content }) => content));
    expect(said(after.items)).not.toContain('Bo');
    expect(said(after.items)).toContain('Cy, whom you are in touch with, liked this');
    const item = await explained();
    expect(item?.reasons.join()).not.toContain('Bo');
    expect(item?.path.map(({ through }) => through)).not.toContain('user:bo');
  });

  it('leaves out what has been given a muted tag, or moved into a muted community, since it was ranked', async () => {
    await world.happens(
      ...[1, 2, 3].map((number): Happening => ({ by: 'gus', does: 'create', to: `post:g${number}`, hoursAgo: number })),
      { by: 'ann', does: 'mute', to: 'tag:spoilers' },
      { by: 'ann', does: 'mute', more: { community_id: 'noise' } },
    );
    const feed = feedOf();
    const first = await feed.page({ viewer: 'ann', limit: 1 });
    const [, second, third] = (await feed.page({ viewer: 'ann', limit: 3 })).items;
    await world.append(
      { by: 'gus', does: 'update', to: second?.content ?? '', more: { hashtags: ['spoilers'] } },
      { by: 'gus', does: 'update', to: third?.content ?? '', more: { community_id: 'noise' } },
    );
    const later = await feed.page({ viewer: 'ann', limit: 3, cursor: first.next ?? '' });
    expect(first.items).toHaveLength(1);
    expect([second, third].every((item) => item !== undefined)).toBe(true);
    expect(later.items).toEqual([]);
  });
});

describe('what is new', () => {
  it('is not crowded out by one who posts without end, in private, in public or in comments', async () => {
    await world.happens(post);
    const flood = (type: string, more: Record<string, unknown>): Happening[] =>
      Array.from({ length: 600 }, (_, index) => ({
        by: 'ed',
        does: 'create',
        to: `${type}:e${more['visibility'] ?? ''}${index}`,
        more,
      }));
    await world.happens(...flood('post', { visibility: 'private' }));
    await world.happens(...flood('comment', {}));
    await world.happens(...flood('post', {}));
    const contents = (await itemsFor('newcomer')).map(({ content }) => content);
    expect(contents).toContain('post:g1');
    expect(contents.filter((content) => content.startsWith('post:e')).length).toBeLessThanOrEqual(5);
  });
});

describe('what a person has seen', () => {
  it('stays seen, however many pages and heartbeats come after it', async () => {
    await world.happens(post, { by: 'ann', does: 'impression', to: 'post:g1', hoursAgo: 5 });
    await world.happens(...Array.from({ length: 1_500 }, (): Happening => ({ by: 'ann', does: 'page_view' })));
    expect(await itemFor('ann', 'post:g1')).toBeUndefined();
  });
});
