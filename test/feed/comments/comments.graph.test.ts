import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { type CommentsRequest, rankedComments } from '../../../src/feed/comments/comments.ts';
import { createDatabase, dropDatabase, useGraph } from '../../support/stores.ts';
import { type Happening, openWorld, type World } from '../../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };

beforeEach(async () => {
  database = await createDatabase('comments');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
});
afterEach(async () => {
  await world.close();
  await dropDatabase(database.name);
});

const page = (own: Partial<CommentsRequest> = {}) =>
  rankedComments(
    { ...world, ranking: DEFAULT_RANKING },
    { viewer: 'ann', content: 'post:p1', limit: 20, after: 0, ...own },
  );
const shown = async (own: Partial<CommentsRequest> = {}) => (await page(own)).items.map(({ content }) => content);
const comment = (by: string, id: string, more = {}): Happening => ({
  by,
  does: 'create',
  to: `comment:${id}`,
  hoursAgo: 10,
  more: { reply_to: 'post:p1', ...more },
});
const post: Happening = { by: 'gus', does: 'create', to: 'post:p1', hoursAgo: 20 };
const mediaView = (by: string, comment_uid: string, media = 'image:i9'): Happening => ({
  by,
  does: 'media_view',
  to: media,
  more: { metadata: { comment_uid, post_uid: 'p1', comment_has_media: true, media_count: 1 } },
});

describe('the comments of a piece of content', () => {
  it('are ranked by what others made of them and of their pictures', async () => {
    await world.happens(
      post,
      comment('bo', 'plain'),
      comment('cy', 'liked'),
      comment('di', 'seen'),
      comment('ed', 'attached'),
      { by: 'ed', does: 'create', to: 'image:i1', hoursAgo: 10, more: { reply_to: 'comment:attached' } },
      { by: 'ann', does: 'like', to: 'comment:liked', hoursAgo: 0 }, // .3
      { by: 'flo', does: 'media_share', to: 'image:i1', hoursAgo: 0 }, // .7
      mediaView('flo', 'seen'), // .1
      mediaView('gus', 'comment:seen'), // .1, by its whole name
      mediaView('di', 'seen'), // her own comment
      { by: 'cy', does: 'like', to: 'comment:liked', hoursAgo: 0 }, // his own
    );
    const { items, next } = await page();
    expect(items.map(({ content }) => content)).toEqual([
      'comment:attached',
      'comment:liked',
      'comment:seen',
      'comment:plain',
    ]);
    expect(next).toBeNull();
    const [attached, liked, seen, plain] = items;
    const recency = 0.1 * 2 ** (-10 / ((Math.LN2 / 0.1) * 24));
    expect(attached?.parts).toEqual({
      engagement: 0,
      media: expect.closeTo(0.7, 9),
      recency: expect.closeTo(recency, 9),
    });
    expect(attached?.media).toEqual(['image:i1']);
    expect(liked?.parts).toMatchObject({ engagement: expect.closeTo(0.3, 9), media: 0 });
    expect(seen?.parts).toMatchObject({ engagement: 0, media: expect.closeTo(0.2, 9) });
    expect(plain?.score).toBe(plain?.parts.recency);
  });

  it('count one who looks at a picture without end no more than once as making something', async () => {
    await world.happens(post, comment('bo', 'k1'), ...Array.from({ length: 50 }, () => mediaView('flo', 'k1')));
    expect((await page()).items[0]?.parts.media).toBe(1);
  });

  it('are there at once, before the graph has heard of them', async () => {
    await world.happens(post);
    await world.append({ by: 'ann', does: 'create', to: 'comment:new', more: { reply_to: 'post:p1' } });
    expect(await shown()).toEqual(['comment:new']);
  });

  it('come in pages that join up', async () => {
    await world.happens(post, ...['a', 'b', 'c', 'd', 'e'].map((id) => comment('bo', id)));
    const first = await page({ limit: 2 });
    const second = await page({ limit: 2, after: first.next ?? 0 });
    const third = await page({ limit: 2, after: second.next ?? 0 });
    expect([first, second, third].flatMap(({ items }) => items.map(({ content }) => content))).toEqual(await shown());
    expect(third).toMatchObject({ next: null, items: [{}] });
  });

  it('may themselves be replied to', async () => {
    await world.happens(post, comment('bo', 'k1'), comment('cy', 'r1', { reply_to: 'comment:k1' }));
    expect(await shown()).toEqual(['comment:k1']);
    expect(await shown({ content: 'comment:k1' })).toEqual(['comment:r1']);
  });
});

describe('Law 6: comments', () => {
  it('are not shown to who may not see them, wants nothing of them or of who wrote them', async () => {
    await world.happens(
      post,
      ...['bo', 'cy', 'di', 'ed', 'flo'].map((by) => comment(by, by)),
      comment('gus', 'secret', { visibility: 'private' }),
      comment('gus', 'tagged', { hashtags: ['spoilers'] }),
      comment('gus', 'kept'),
    );
    // Not folded into the graph: what Postgres says counts at once.
    await world.append(
      { by: 'ann', does: 'mute', with: 'bo' },
      { by: 'cy', does: 'block', with: 'ann' },
      { by: 'ann', does: 'hide', to: 'comment:di' },
      { by: 'ed', does: 'delete', to: 'comment:ed' },
      { by: 'ann', does: 'report', to: 'comment:flo' },
      { by: 'ann', does: 'mute', to: 'tag:spoilers' },
    );
    expect(await shown()).toEqual(['comment:kept']);
    expect(await shown({ viewer: 'gus' })).toContain('comment:secret');
  });

  it('have only those pictures that may be shown to who asks', async () => {
    const picture = (by: string, id: string, more = {}): Happening => ({
      by,
      does: 'create',
      to: `image:${id}`,
      more: { reply_to: 'comment:k1', ...more },
    });
    await world.happens(
      post,
      comment('bo', 'k1'),
      picture('bo', 'open'),
      picture('bo', 'private', { visibility: 'private' }),
      picture('bo', 'hidden'),
      picture('bo', 'spoiler', { hashtags: ['spoilers'] }),
      picture('cy', 'blocked'),
      { by: 'flo', does: 'media_share', to: 'image:private', hoursAgo: 0 },
    );
    await world.append(
      { by: 'ann', does: 'hide', to: 'image:hidden' },
      { by: 'ann', does: 'mute', to: 'tag:spoilers' },
      { by: 'cy', does: 'block', with: 'ann' },
    );
    const [shownToAnn] = (await page()).items;
    expect(shownToAnn).toMatchObject({ media: ['image:open'], parts: { media: 0 } });
    const [shownToBo] = (await page({ viewer: 'bo' })).items;
    expect(shownToBo?.media).toContain('image:private');
    expect(shownToBo?.parts.media).toBeCloseTo(0.7, 9);
  });

  it('of what somebody made who blocked the reader are not theirs to see, nor what answers them', async () => {
    await world.happens(post, comment('bo', 'k1'), comment('cy', 'r1', { reply_to: 'comment:k1' }));
    expect(await shown()).toEqual(['comment:k1']);
    // Of what is said at one moment the greater id wins, so each is said at its own.
    await world.append({ by: 'gus', does: 'block', with: 'ann', hoursAgo: 2 });
    await expect(page()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(page({ content: 'comment:k1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await world.append(
      { by: 'gus', does: 'unblock', with: 'ann', hoursAgo: 1 },
      { by: 'bo', does: 'block', with: 'ann', hoursAgo: 1 },
    );
    expect(await shown()).toEqual([]);
    await expect(page({ content: 'comment:k1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await shown({ viewer: 'di', content: 'comment:k1' })).toEqual(['comment:r1']);
  });

  it('of what somebody may not see are not theirs to see', async () => {
    await world.happens({ ...post, more: { visibility: 'private' } }, comment('gus', 'k1'));
    await expect(page()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await shown({ viewer: 'gus' })).toEqual(['comment:k1']);
  });
});
