import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import type { Role } from '../../src/api/auth.ts';
import { rankedComments } from '../../src/feed/comments/comments.ts';
import { createFeed } from '../../src/feed/feed.ts';
import { createAccept } from '../../src/ingest/accept.ts';
import { readProfileCard } from '../../src/log/read/profile-card.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { HISTORY, openWorld, type World } from '../support/world.ts';
import { bearer, openTestApi, type TestApi } from './fixture.ts';
import { performOperation } from './perform-operation.ts';

const lent = useGraph();
let database: { readonly name: string; readonly url: string };
let world: World;
let api: TestApi;
let silent: TestApi;

beforeAll(async () => {
  database = await createDatabase('recorded-reading');
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  const { pool, graph, clock, log } = world;
  const feed = createFeed({
    graph,
    pool,
    clock,
    ranking: DEFAULT_RANKING,
    cursorSecret: 'a secret of at least thirty-two characters',
    waitFor: async (position) => world.position() >= position,
    headOf: (person) => log.headOf(person),
    projectionPosition: world.position,
  });
  const ports = {
    accept: createAccept(log),
    rankedComments: (request: Parameters<typeof rankedComments>[1]) =>
      rankedComments({ pool, graph, ranking: DEFAULT_RANKING, clock }, request),
    profileCard: (asked: Parameters<typeof readProfileCard>[1]) => readProfileCard(pool, asked),
    feedPage: feed.page,
  };
  api = await openTestApi(ports);
  silent = await openTestApi({ ...ports, autoTrack: false });
  await world.happens(...HISTORY);
  await performOperation(api, 'di', 'commentOnPost', {
    postUid: 'bo1',
    commentUid: 'k9',
    media: ['image:11', 'image:12'],
  });
  await performOperation(api, 'ed', 'commentOnPost', {
    postUid: 'bo1',
    commentUid: 'k10',
    parentCommentUid: 'k9',
    media: ['video:13'],
  });
  await world.project();
});
afterAll(async () => {
  await world.close();
  await dropDatabase(database.name);
});

async function read(
  query: string,
  { as = 'ann', role = 'user', from = api }: { as?: string; role?: Role; from?: TestApi } = {},
): Promise<Record<string, unknown>> {
  const { data, errors } = await from.graphql(`{ ${query} }`, { headers: await bearer(as, role) });
  expect(errors).toEqual([]);
  return data ?? {};
}

/** What was recorded of somebody's looking at media, in order, from a position on. */
async function viewsOf(person: string, after: number): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await world.pool.query(
    `SELECT media_type, media_id, interaction_type, metadata FROM media_interaction
     WHERE user_id = $1 AND id > $2 ORDER BY id`,
    [person, after],
  );
  return rows as Record<string, unknown>[];
}

const COMMENTS = 'items { comment { content media } replies { content media } } next recorded';

test('the comments on a post come with the files in them, and that each was looked at is recorded as the seed has it', async () => {
  const head = await world.log.head();
  const { postcommentsByPostUid } = await read(
    `postcommentsByPostUid(postUid: "bo1", includeReplies: true, limit: 5) { ${COMMENTS} }`,
  );
  expect(postcommentsByPostUid).toEqual({
    items: [
      {
        comment: { content: 'comment:k9', media: ['image:11', 'image:12'] },
        replies: [{ content: 'comment:k10', media: ['video:13'] }],
      },
      { comment: { content: 'comment:k1', media: [] }, replies: [] },
    ],
    next: null,
    recorded: 4,
  });
  const file = (media_type: string, media_id: string, comment_uid: string, media_count: number) => ({
    media_type,
    media_id,
    interaction_type: 'view',
    metadata: { comment_uid, post_uid: 'bo1', comment_has_media: true, media_count, query_type: 'comment_media_view' },
  });
  expect(await viewsOf('ann', head)).toEqual([
    {
      media_type: 'comment_media',
      media_id: 'bo1',
      interaction_type: 'view',
      metadata: {
        post_uid: 'bo1',
        include_replies: true,
        query_type: 'postcomments_by_post_uid',
        limit: 5,
        offset: 0,
        comments_found: 2,
        empty_result: false,
      },
    },
    file('image', '11', 'k9', 2),
    file('image', '12', 'k9', 2),
    file('video', '13', 'k10', 1),
  ]);
});

test('that there were no comments is recorded too', async () => {
  const head = await world.log.head();
  const { postcommentsByPostUid } = await read(`postcommentsByPostUid(postUid: "jazz", offset: 2) { ${COMMENTS} }`);
  expect(postcommentsByPostUid).toEqual({ items: [], next: null, recorded: 1 });
  expect(await viewsOf('ann', head)).toMatchObject([
    { media_id: 'jazz', metadata: { empty_result: true, comments_found: 0, offset: 2, include_replies: false } },
  ]);
});

test('pages of comments join up by their offset', async () => {
  const first = await read(`postcommentsByPostUid(postUid: "bo1", limit: 1) { ${COMMENTS} }`);
  expect(first['postcommentsByPostUid']).toMatchObject({ items: [{ comment: { content: 'comment:k9' } }], next: 1 });
  const second = await read(`postcommentsByPostUid(postUid: "bo1", limit: 1, offset: 1) { ${COMMENTS} }`);
  expect(second['postcommentsByPostUid']).toMatchObject({
    items: [{ comment: { content: 'comment:k1' } }],
    next: null,
  });
});

const PROFILE = 'userId name own visit { status }';

test('a profile is visited by reading it, but not one’s own', async () => {
  const { profileByUserId } = await read(`profileByUserId(userId: "flo") { ${PROFILE} }`);
  expect(profileByUserId).toEqual({ userId: 'flo', name: null, own: false, visit: { status: 'ACCEPTED' } });
  const { rows } = await world.pool.query(
    `SELECT context_type, context_id, metadata FROM social_interaction
     JOIN profile_activity USING (id, uid, metadata) WHERE target_user_id = 'flo' AND visitor_id = 'ann'`,
  );
  expect(rows).toEqual([
    {
      context_type: 'profile',
      context_id: 'flo',
      metadata: { query_type: 'profile_by_user_id', profile_user_id: 'flo', visitor_user_id: 'ann' },
    },
  ]);
  const head = await world.log.head();
  expect((await read(`profileByUserId(userId: "ann") { ${PROFILE} }`))['profileByUserId']).toEqual({
    userId: 'ann',
    name: 'Ann',
    own: true,
    visit: null,
  });
  expect(await world.log.head()).toBe(head);
});

test('a profile names its owner to accepted connections, and is that of a stranger to who was blocked', async () => {
  expect((await read(`profileByUserId(userId: "bo") { ${PROFILE} }`))['profileByUserId']).toMatchObject({ name: 'Bo' });
  await performOperation(api, 'gus', 'blockUser', { targetUserId: 'cy' });
  const head = await world.log.head();
  for (const [visitor, owner] of [
    ['cy', 'gus'],
    ['gus', 'cy'],
  ] as const) {
    const headers = await bearer(visitor, 'user');
    const { data } = await api.graphql(`{ profileByUserId(userId: "${owner}") { name visit { id } } }`, { headers });
    expect(data).toEqual({ profileByUserId: { name: null, visit: null } });
  }
  expect(await world.log.head()).toBe(head);
});

test('AUTO_TRACK=false records no reading, and everything that is sent', async () => {
  const head = await world.log.head();
  const comments = await read(`postcommentsByPostUid(postUid: "bo1") { ${COMMENTS} }`, { from: silent });
  expect(comments['postcommentsByPostUid']).toMatchObject({ items: [{}, {}], recorded: 0 });
  const profile = await read(`profileByUserId(userId: "flo") { ${PROFILE} }`, { from: silent });
  expect(profile['profileByUserId']).toMatchObject({ visit: null });
  expect(await world.log.head()).toBe(head);
  await performOperation(silent, 'ann', 'likePost', { postUid: 'jazz' });
  const media = { mediaType: 'image', mediaId: '11', interactionType: 'view' };
  await performOperation(silent, 'ann', 'trackMediaInteraction', media);
  expect(await world.log.head()).toBe(head + 2);
});

test('who only looks into the matter leaves no trace; a service reads in the name of the reader', async () => {
  const head = await world.log.head();
  const query = `postcommentsByPostUid(postUid: "jazz", userId: "ann") { ${COMMENTS} }`;
  expect((await read(query, { as: 'eve', role: 'analyst' }))['postcommentsByPostUid']).toMatchObject({ recorded: 0 });
  expect(await world.log.head()).toBe(head);
  expect((await read(query, { as: 'shop', role: 'service' }))['postcommentsByPostUid']).toMatchObject({ recorded: 1 });
  expect(await viewsOf('ann', head)).toHaveLength(1);
});

/** The contents of a person's feed as it is now; the graph is told nothing in between. */
async function feedOf(person: string): Promise<readonly string[]> {
  const { feed } = await read('feed(first: 50) { items { content } }', { as: person });
  return (feed as { items: { content: string }[] }).items.map(({ content }) => content);
}

test.each([
  ['deletePost', 'bo', { postUid: 'bo2' }, 'post:bo2'],
  ['makePostPrivate', 'bo', { postUid: 'bo1' }, 'post:bo1'],
  ['deleteStory', 'cy', { storyUid: 'cy1' }, 'story:cy1'],
  ['hide', 'ann', { content: 'article:endgames' }, 'article:endgames'],
  ['report', 'ann', { content: 'question:rook' }, 'question:rook'],
])('Law 6: after %s by %s it is gone from the very next page', async (name, by, args, content) => {
  await world.project();
  expect(await feedOf('ann')).toContain(content);
  world.clock.advance(1);
  expect(await performOperation(api, by, name, args)).toMatchObject({ status: 'ACCEPTED' });
  if (by === 'ann') {
    // Their own next page waits for the graph to have it.
    await world.project();
  }
  expect(await feedOf('ann')).not.toContain(content);
});
