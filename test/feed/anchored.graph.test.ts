import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { type Anchor, anchorOf } from '../../src/feed/anchor.ts';
import { createFeed, type Feed } from '../../src/feed/feed.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { HISTORY, openWorld, type World } from '../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };

beforeEach(async () => {
  database = await createDatabase('anchored');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY);
});
afterEach(async () => {
  await world.close();
  await dropDatabase(database.name);
});

function feedOf(reuseMs = -1): Feed {
  return createFeed({
    graph: world.graph,
    pool: world.pool,
    waitFor: async (position) => world.position() >= position,
    headOf: (person) => world.log.headOf(person),
    projectionPosition: world.position,
    cursorSecret: 'a secret of at least thirty-two characters',
    clock: world.clock,
    ranking: DEFAULT_RANKING,
    reuseMs,
  });
}
const contentsOf = async (anchor: Anchor, viewer: string | null = 'ann') =>
  (await feedOf().page({ viewer, anchor, limit: 100 })).items.map(({ content }) => content);
const chess: Anchor = { kind: 'tag', id: 'chess' };

async function similar(from: string, to: string, score: number): Promise<void> {
  await lent.graph.driver.executeQuery(
    `MATCH (a:Content {id: $from}), (b:Content {id: $to})
     CREATE (a)-[:SIMILAR_TO {model: 'cosine', score: $score, computedAt: 0.0}]->(b)`,
    { from, to, score },
  );
}

describe('the feed of a hashtag', () => {
  it('has all that has it, liked or not, and nothing else, for anybody', async () => {
    const all = ['article:endgames', 'post:opening', 'question:rook'];
    expect((await contentsOf(chess)).sort()).toEqual(all);
    expect((await contentsOf(chess, null)).sort()).toEqual(all);
    expect(await contentsOf({ kind: 'tag', id: 'nobody-wrote-of-this' })).toEqual([]);
  });

  it('Law 6: shows nothing of whom the reader muted, nor what they may not see', async () => {
    await world.happens(
      { by: 'ann', does: 'mute', with: 'flo' },
      { by: 'gus', does: 'create', to: 'post:secret', more: { hashtags: ['chess'], visibility: 'private' } },
    );
    expect(await contentsOf(chess)).toEqual(['question:rook']);
  });

  it('Law 7: is walked by its own cursors, which walk no other tag', async () => {
    const feed = feedOf();
    const first = await feed.page({ viewer: 'ann', anchor: chess, limit: 2 });
    const rest = await feed.page({ viewer: 'ann', anchor: chess, limit: 2, cursor: first.next ?? '' });
    expect([...first.items, ...rest.items].map(({ content }) => content)).toEqual(await contentsOf(chess));
    const jazz = feed.page({ viewer: 'ann', anchor: { kind: 'tag', id: 'jazz' }, limit: 2, cursor: first.next ?? '' });
    await expect(jazz).rejects.toMatchObject({ code: 'CURSOR_MALFORMED' });
    const everything = feed.page({ viewer: 'ann', limit: 2, cursor: first.next ?? '' });
    await expect(everything).rejects.toMatchObject({ code: 'CURSOR_MALFORMED' });
  });
});

describe('the feed of a person', () => {
  it('is what they made, the newest first, as far as the reader may see it', async () => {
    await world.happens(
      { by: 'bo', does: 'create', to: 'post:friends', hoursAgo: 1, more: { visibility: 'connections' } },
      { by: 'bo', does: 'create', to: 'post:diary', hoursAgo: 1, more: { visibility: 'private' } },
    );
    const bo: Anchor = { kind: 'author', id: 'bo' };
    expect(await contentsOf(bo)).toEqual(['post:friends', 'post:bo2', 'post:bo1']);
    expect(await contentsOf(bo, 'flo')).toEqual(['post:bo2', 'post:bo1']);
    expect(await contentsOf(bo, 'bo')).toHaveLength(4);
  });

  it('Law 6: is empty for somebody whom the person blocked', async () => {
    await world.happens({ by: 'bo', does: 'block', with: 'ann' });
    expect(await contentsOf({ kind: 'author', id: 'bo' })).toEqual([]);
  });
});

describe('what is similar to content', () => {
  const rook: Anchor = { kind: 'content', id: 'question:rook' };

  it('is ranked by how similar it is, whatever the reader likes', async () => {
    await similar('question:rook', 'article:endgames', 0.3);
    await similar('question:rook', 'post:bo1', 0.6);
    await similar('post:opening', 'post:bo2', 0.9);
    expect(await contentsOf(rook)).toEqual(['post:bo1', 'article:endgames']);
    expect(await contentsOf(rook, 'newcomer')).toEqual(['post:bo1', 'article:endgames']);
    expect(await contentsOf(rook, null)).toEqual(['post:bo1', 'article:endgames']);
    const [first] = (await feedOf().page({ viewer: 'ann', anchor: rook, limit: 1 })).items;
    expect(first?.parts['similar']).toBeCloseTo(0.6, 9);
  });

  it('is not told of what the reader may not see', async () => {
    await similar('question:rook', 'post:bo1', 0.6);
    await world.happens({ by: 'gus', does: 'update', to: 'question:rook', more: { visibility: 'private' } });
    expect(await contentsOf(rook)).toEqual([]);
    expect(await contentsOf(rook, 'gus')).toEqual(['post:bo1']);
  });

  it('Law 6: is not told of by any older page either, once the reader may not see it', async () => {
    await similar('question:rook', 'post:bo1', 0.6);
    await similar('question:rook', 'post:bo2', 0.5);
    const feed = feedOf(60_000);
    const page = (cursor?: string) =>
      feed.page({ viewer: 'ann', anchor: rook, limit: 1, ...(cursor === undefined ? {} : { cursor }) });
    const { next } = await page();
    // The position of the reader is the same: what they were shown a moment ago would serve again.
    await world.happens({ by: 'gus', does: 'update', to: 'question:rook', more: { visibility: 'private' } });
    expect((await page()).items).toEqual([]);
    await expect(page(next ?? '')).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  });
});

describe('what a feed is about', () => {
  it('is one thing, spelt as it can be', () => {
    expect(anchorOf({})).toBeUndefined();
    expect(anchorOf({ tag: '#Chess' })).toEqual(chess);
    expect(() => anchorOf({ tag: 'a', author: 'b' })).toThrow('Only one');
    expect(() => anchorOf({ tag: ' ' })).toThrow('tag:');
    expect(() => anchorOf({ similar_to: 'user:7' })).toThrow('similar_to:');
  });

  it('goes with an algorithm that is made for it', async () => {
    const feed = feedOf();
    const wrong = [
      feed.page({ viewer: 'ann', limit: 1, algorithm: 'hashtag' }),
      feed.page({ viewer: 'ann', limit: 1, algorithm: 'graph_v2', anchor: chess }),
    ];
    for (const page of wrong) {
      await expect(page).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
    }
  });
});
