import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { OPERATIONS } from '../../src/api/graphql/operations/operations.ts';
import { createAccept } from '../../src/ingest/accept.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { openWorld, type World } from '../support/world.ts';
import { bearer, openTestApi, type TestApi } from './fixture.ts';
import { performOperation, type Tracked } from './perform-operation.ts';
import { CASES, type Case } from './product-operation-cases.ts';

const lent = useGraph();
let database: { readonly name: string; readonly url: string };
let world: World;
let api: TestApi;

beforeAll(async () => {
  database = await createDatabase('product-operations');
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  api = await openTestApi({ accept: createAccept(world.log) });
  await world.happens(
    { by: 'flo', does: 'create', to: 'post:p1', more: { hashtags: ['chess'] } },
    { by: 'flo', does: 'create', to: 'story:s1', more: { hashtags: ['chess'] } },
    { by: 'flo', does: 'create', to: 'community:club' },
  );
});
afterAll(async () => {
  await world.close();
  await dropDatabase(database.name);
});

const perform = async (by: string, name: string, args: Readonly<Record<string, unknown>>): Promise<Tracked> => {
  world.clock.advance(1);
  return await performOperation(api, by, name, args);
};

/** What goes out from a person in the graph: fading edges with their weight of now, others with what they say. */
async function edgesOf(person: string): Promise<Record<string, unknown>> {
  const session = lent.graph.driver.session();
  try {
    const { records } = await session.run(
      `MATCH (:User {id: $person})-[e]->(x)
       RETURN type(e) AS edge, coalesce(x.id, x.name) AS to, properties(e) AS properties`,
      { person },
    );
    const edges = records.map((record): [string, unknown] => {
      const { weight, asOf, ...rest } = record.get('properties') as Record<string, unknown>;
      const edge = String(record.get('edge'));
      const value = typeof weight === 'number' ? now(edge, weight, Number(asOf)) : worded(rest);
      return [`${edge} ${record.get('to')}`, value];
    });
    return Object.fromEntries(edges.filter(([, value]) => value !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  } finally {
    await session.close();
  }
}

/** To nine digits, so that what has cancelled out is nothing. */
function now(edge: string, weight: number, asOf: number): number {
  const halfLifeMs = DEFAULT_RANKING.halfLifeMs[edge as 'ENGAGED'];
  return Math.round(weight * 2 ** (-(world.clock.now() - asOf) / halfLifeMs) * 1e9) / 1e9;
}

function worded({ status, follows, circle, reason }: Record<string, unknown>): string {
  return [status, follows === true ? 'follows' : undefined, circle, reason].filter(Boolean).join(' ');
}

async function auditRow(table: string, position: number | null): Promise<Record<string, unknown> | undefined> {
  const { rows } = await world.pool.query(`SELECT * FROM ${table} WHERE id = $1`, [position]);
  return rows[0] as Record<string, unknown> | undefined;
}

/** The weights that the case expects, right after they were given. */
function close(edges: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(edges).map(([edge, value]) => [edge, typeof value === 'number' ? expect.closeTo(value, 6) : value]),
  );
}

test('every operation of the table has a case here', () => {
  expect(Object.keys(CASES).sort()).toEqual(OPERATIONS.map(({ name }) => name).sort());
});

describe.each(Object.entries(CASES) as [string, Case][])('%s', (name, { args, before = [], table, row, edges }) => {
  const actor = `who-${name}`;

  test('is kept in the audit table of the seed and is an edge of the graph', async () => {
    for (const { by = actor, does, with: given } of before) {
      expect(await perform(by, does, given(actor)), does).toMatchObject({ status: 'ACCEPTED' });
    }
    const result = await perform(actor, name, args(actor));
    expect(result).toMatchObject({ status: 'ACCEPTED', error: null });
    expect(await auditRow(table, result.position)).toMatchObject(row(actor));
    await world.project();
    expect(await edgesOf(actor)).toEqual(close(edges(actor)));
  });
});

describe.each(OPERATIONS.filter(({ takesBack }) => takesBack !== undefined))('$name', ({ name, takesBack = '' }) => {
  test('Laws 3 and 4: takes exactly the signal out of the graph that the other operation brought in', async () => {
    const actor = `back-${name}`;
    // Something else of the same person with the same things, which must stay as it is.
    await perform(actor, 'sharePost', { postUid: 'p1' });
    await perform(actor, 'createConversationMessage', { targetUserId: 'bo' });
    await world.project();
    const untouched = close(await edgesOf(actor));
    const states = CASES[takesBack] as Case;
    const ends = CASES[name] as Case;
    expect(await perform(actor, takesBack, states.args(actor))).toMatchObject({ status: 'ACCEPTED' });
    await world.project();
    expect(await edgesOf(actor)).not.toEqual(untouched);
    expect(await perform(actor, name, (ends.back ?? ends.args)(actor))).toMatchObject({ status: 'ACCEPTED' });
    await world.project();
    // Who made something is known of it even when it is deleted.
    const left = Object.entries(await edgesOf(actor)).filter(([edge]) => !edge.startsWith('AUTHORED'));
    expect(Object.fromEntries(left)).toEqual(untouched);
  });
});

describe('what failed', () => {
  test('is kept with its message, shows no engagement, and has nothing to be taken back', async () => {
    const failed = { vibeUid: 'v9', targetUserId: 'bo', success: false, errorMessage: 'They do not take vibes.' };
    const result = await perform('una', 'sendVibe', { ...failed, id: 'failed-vibe' });
    expect(await auditRow('vibe_activity', result.position)).toMatchObject({
      success: false,
      error_message: 'They do not take vibes.',
    });
    expect(await perform('una', 'createVibe', { vibeUid: 'v10', success: false })).toMatchObject({
      status: 'ACCEPTED',
    });
    await api.post(
      '/activities/',
      [
        { activity_type: 'retract', activity_id: 'failed-vibe' },
        { activity_type: 'like', content: 'post:p1', success: false },
        { activity_type: 'create', content: 'post:never', success: false, title: 'Never' },
        { activity_type: 'join', community_id: 'club', success: false },
      ],
      await bearer('una', 'user'),
    );
    await world.project();
    expect(await edgesOf('una')).toEqual({});
    const { rows } = await world.pool.query("SELECT 1 FROM content WHERE reference = 'post:never'");
    expect(rows).toEqual([]);
  });
});

/** Everything that the tracker of seed 001 calls negative, discovery or social, through the mutations of seed 000. */
const SIGNALS: readonly (readonly [string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>])[] = [
  ['trackContentInteraction', about('hide'), { 'SUPPRESSED post:p1': 'hide' }],
  ['trackContentInteraction', about('content_report'), { 'SUPPRESSED post:p1': 'report' }],
  ['trackContentInteraction', about('not_interested'), { 'SUPPRESSED post:p1': 'not_interested' }],
  ['trackContentInteraction', about('mute', 'tag', 'chess'), { 'SUPPRESSED chess': 'mute' }],
  ['trackContentInteraction', about('hide', 'user', 'bo'), { 'SUPPRESSED bo': 'hide' }],
  ['trackSocialInteraction', { interactionType: 'mute', targetUserId: 'bo' }, { 'SUPPRESSED bo': 'mute' }],
  ['trackSocialInteraction', { interactionType: 'block', targetUserId: 'bo' }, { 'SUPPRESSED bo': 'block' }],
  [
    'trackSocialInteraction',
    { interactionType: 'circle_update', targetUserId: 'bo', circle: 'outer' },
    { 'CONNECTED bo': 'outer' },
  ],
  ['trackContentInteraction', about('group_join', 'community', 'club'), { 'MEMBER_OF club': '' }],
  ['trackUserActivity', { activityType: 'search_query', hashtags: ['chess'] }, { 'INTERESTED_IN chess': 0.2 }],
  ['trackUserActivity', { activityType: 'hashtag', hashtags: ['chess'] }, { 'INTERESTED_IN chess': 0.2 }],
  [
    'trackContentInteraction',
    about('explore_click'),
    { 'ENGAGED post:p1': 0.15, 'INTERACTED flo': 0.15, 'INTERESTED_IN chess': 0.15 },
  ],
  // Being given something, or having it on the screen, is neither a view nor engagement.
  ['trackContentInteraction', about('served'), {}],
  ['trackContentInteraction', about('seen'), {}],
  ['trackContentInteraction', about('impression'), {}],
  // Where in the film is kept with what is done there; only playing is engagement.
  ['trackMediaInteraction', { mediaType: 'video', mediaId: 'v1', interactionType: 'seek', positionSeconds: 7 }, {}],
  [
    'trackMediaInteraction',
    { mediaType: 'video', mediaId: 'v1', interactionType: 'play', positionSeconds: 7 },
    { 'ENGAGED video:v1': 0.2 },
  ],
];

function about(interactionType: string, contentType = 'post', contentId = 'p1') {
  return { contentType, contentId, interactionType };
}

describe('negative, discovery and graph signals', () => {
  test.each(SIGNALS.map(([name, args, edges], index) => ({ name, args, edges, actor: `signals-${index}` })))(
    'come in by $name as $args.interactionType $args.activityType',
    async ({ name, args, edges, actor }) => {
      const { position, status } = await perform(actor, name, args);
      expect(status).toBe('ACCEPTED');
      await world.project();
      expect(await edgesOf(actor)).toEqual(close(edges));
      if ('positionSeconds' in args) {
        expect(await auditRow('media_interaction', position)).toMatchObject({ position_seconds: 7 });
      }
    },
  );
});

/** Pairs of operations about the same few things, of which the second takes the first back. */
const PAIRS = [
  ['likePost', 'unlikePost', { postUid: 'p1' }],
  ['savePost', 'unsavePost', { postUid: 'p1' }],
  ['upvote', 'cancelVote', { content: 'post:p1' }],
  ['downvote', 'cancelVote', { content: 'post:p1' }],
  ['reactToStory', 'unreactToStory', { storyUid: 's1' }],
  ['followUser', 'unfollowUser', { targetUserId: 'bo' }],
  ['hide', 'unhide', { content: 'post:p1' }],
  ['joinCommunity', 'leaveCommunity', { communityUid: 'club' }],
] as const;

test('Laws 3 and 4: whatever is stated and taken back, how often and in which order, what is left is what still stands', async () => {
  let run = 0;
  const said = fc.array(fc.tuple(fc.constantFrom(...PAIRS), fc.boolean()), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(said, async (words) => {
      run += 1;
      const [direct, wandering] = [`direct-${run}`, `wandering-${run}`];
      const last = new Map<string, (typeof words)[number]>();
      for (const word of words) {
        const [[states, back, args], on] = word;
        await perform(wandering, on ? states : back, args);
        last.set(back, word);
      }
      for (const [[states, , args], on] of last.values()) {
        if (on) {
          await perform(direct, states, args);
        }
      }
      await world.project();
      expect(await edgesOf(wandering)).toEqual(close(await edgesOf(direct)));
    }),
    { numRuns: 12 },
  );
});
