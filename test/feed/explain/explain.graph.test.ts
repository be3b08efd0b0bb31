import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { HOUR_MS } from '../../../src/core/clock.ts';
import type { ItemExplanation } from '../../../src/feed/explain/answer.ts';
import { createExplainItem } from '../../../src/feed/explain/explain-item.ts';
import { createFeed, type Feed } from '../../../src/feed/feed.ts';
import { createFeedControl, type FeedControl } from '../../../src/feed/settings/control.ts';
import { createDatabase, dropDatabase, useGraph } from '../../support/stores.ts';
import { type Happening, HISTORY, openWorld, type World } from '../../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };
let feed: Feed;
let control: FeedControl;
let explainItem: ReturnType<typeof createExplainItem>;

/** Flo's secret is for her connections; what Ann liked is known to be similar to the endgames and to the question. */
const MORE: readonly Happening[] = [
  {
    by: 'flo',
    does: 'create',
    to: 'post:secret',
    hoursAgo: 12,
    more: { title: 'A secret', visibility: 'connections' },
  },
  { by: 'gus', does: 'create', to: 'post:old', hoursAgo: 3_000, more: { title: 'Long ago', hashtags: ['go'] } },
];

let likedAt = '';

async function freshWorld(): Promise<void> {
  database = await createDatabase('explain');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY, ...MORE);
  likedAt = new Date(world.clock.now() - 40 * HOUR_MS).toISOString();
  const session = world.graph.driver.session();
  await session.run(
    `UNWIND [['post:opening', 'article:endgames', 0.9], ['post:opening', 'question:rook', 0.1]] AS pair
     MATCH (a:Content {id: pair[0]}), (b:Content {id: pair[1]})
     MERGE (a)-[s:SIMILAR_TO {model: 'cosine'}]->(b) SET s.score = pair[2], s.computedAt = $now`,
    { now: world.clock.now() },
  );
  await session.close();
  const shared = {
    graph: world.graph,
    pool: world.pool,
    waitFor: async (position: number) => world.position() >= position,
    headOf: (person: string) => world.log.headOf(person),
    clock: world.clock,
    ranking: DEFAULT_RANKING,
    cursorSecret: 'a secret of at least thirty-two characters',
  };
  control = createFeedControl(shared);
  feed = createFeed({ ...shared, projectionPosition: world.position, reuseMs: -1 });
  explainItem = createExplainItem({ ...shared, page: feed.page, consider: feed.consider });
}

async function endWorld(): Promise<void> {
  await world.close();
  await dropDatabase(database.name);
}

const explain = (content: string, more: Partial<Parameters<typeof explainItem>[0]> = {}): Promise<ItemExplanation> =>
  explainItem({ viewer: 'ann', content, limit: 20, ...more });
/** Shows Ann her feed, a moment after whatever was before. */
const show = (algorithm = 'graph_v2', limit = 100) => {
  world.clock.advance(1);
  return feed.page({ viewer: 'ann', limit, algorithm });
};

describe('what is in the feed', () => {
  beforeAll(freshWorld);
  afterAll(endWorld);

  it('Law 5: is explained as it was shown, to the last digit, by every algorithm', async () => {
    for (const algorithm of ['graph_v2', 'activity_enhanced_v1']) {
      const { items } = await show(algorithm);
      expect(items.length).toBeGreaterThan(4);
      for (const shown of items) {
        const { item, status, ranked } = await explain(shown.content);
        expect(status).toBe('SHOWN');
        expect(ranked).toBe(items.length);
        expect(item).toMatchObject(shown);
        const sent: ItemExplanation = JSON.parse(JSON.stringify(await explain(shown.content)));
        const parts = Object.values(sent.item?.parts ?? {});
        expect(sent.item?.score).toBe(parts.reduce((sum, part) => sum + part, 0));
      }
    }
  });

  it('names the activities that counted, the path, and where it would be without them', async () => {
    await show();
    const { item, summary } = await explain('article:endgames');
    expect(item?.because).toEqual([
      {
        content: 'post:opening',
        title: 'An opening',
        activities: [{ activity_type: 'like', at: likedAt }],
        similarity: expect.closeTo(item?.features['similar'] ?? 0, 3),
      },
    ]);
    expect(item?.path.map(({ edge, through }) => [edge, through])).toEqual([
      ['TIE', 'user:flo'],
      ['SIMILAR_TO', 'post:opening'],
      ['INTERESTED_IN', 'tag:chess'],
    ]);
    expect(item?.rank).toBe(1);
    expect(item?.counterfactual?.rank).toBeGreaterThan(1);
    expect(item?.counterfactual?.says).toContain('Without your like of “An opening” it would be');
    expect(item?.counterfactual?.says).toContain('stored candidates');
    expect(summary).toMatch(/^It is 1st of \d+: /);
  });

  it('names the tie to its author, and who openly stands by it', async () => {
    await show();
    const bo = await explain('post:bo1');
    expect(bo.item?.path[0]).toMatchObject({ edge: 'TIE', through: 'user:bo', name: 'Bo' });
    expect(bo.item?.path[0]?.value).toBe(bo.item?.features['connection']);
    expect(bo.item?.counterfactual).toBeNull();
    const jazz = await explain('post:jazz');
    expect(
      jazz.item?.path
        .filter(({ edge }) => edge === 'ENGAGED')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Bo', 'Di']);
  });

  it('is further down when it is beyond the first page', async () => {
    const last = (await show()).items.at(-1);
    expect(await explain(last?.content ?? '', { limit: 1 })).toMatchObject({ status: 'FURTHER_DOWN' });
  });

  it('is that of the feed shown last, or of the cursor, or of one ranked now', async () => {
    const { next } = await show('graph_v2', 1);
    await show('activity_enhanced_v1', 1);
    expect((await explain('post:bo1')).algorithm).toBe('activity_enhanced_v1');
    const ofCursor = await explain('post:bo1', { cursor: next ?? '', algorithm: 'graph_v2' });
    expect(await explain('post:bo1', { cursor: next ?? '' })).toEqual(ofCursor);
    await expect(explain('post:bo1', { cursor: next ?? '', algorithm: 'activity_enhanced_v1' })).rejects.toMatchObject({
      code: 'CURSOR_MALFORMED',
    });
    expect(ofCursor.algorithm).toBe('graph_v2');
    await expect(
      explain('post:bo1', { cursor: next ?? '', algorithm: 'graph_v2', viewer: 'bo' }),
    ).rejects.toMatchObject({
      code: 'CURSOR_MALFORMED',
    });
    expect((await explain('post:bo1', { viewer: 'newcomer' })).item?.sources.length).toBeGreaterThan(0);
  });

  it('is not of a feed about one thing that was shown since', async () => {
    await show('graph_v2', 1);
    world.clock.advance(1);
    await feed.page({ viewer: 'ann', anchor: { kind: 'tag', id: 'chess' }, limit: 1 });
    expect(await explain('post:bo1')).toMatchObject({ algorithm: 'graph_v2', status: 'SHOWN' });
    await expect(explain('post:bo1', { algorithm: 'hashtag' })).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
  });

  it('is not of a feed that somebody else looked at', async () => {
    await show('graph_v2', 1);
    world.clock.advance(1);
    await feed.page({ viewer: 'ann', limit: 1, algorithm: 'activity_enhanced_v1', preview: true });
    expect((await explain('post:bo1')).algorithm).toBe('graph_v2');
    // Nothing was shown to Bo himself: what is ranked for the answer is of his own algorithm.
    await feed.page({ viewer: 'bo', limit: 1, algorithm: 'graph_v2', preview: true });
    expect((await explain('post:jazz', { viewer: 'bo' })).algorithm).toBe('activity_enhanced_v1');
  });

  it('refuses what is no content', async () => {
    for (const content of ['bo1', 'user:bo', 'tag:chess', 'post:\u0000', '']) {
      await expect(explain(content)).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
    }
  });
});

describe('what the person set', () => {
  beforeEach(freshWorld);
  afterEach(endWorld);

  it('is explained with the feed that it acted on', async () => {
    await show();
    const before = await explain('post:bo1');
    await control.change('ann', { weights: { people: 1.5 }, off: ['trending'], network: 0.25 });
    await show();
    const after = await explain('post:bo1');
    expect(before.settings).toEqual([]);
    expect(after.settings.map(({ name, value }) => [name, value])).toEqual([
      ['people', 1.5],
      ['network', 0.25],
      ['off:trending', null],
    ]);
    expect(after.item?.parts['connection']).toBeCloseTo((before.item?.parts['connection'] ?? 0) * 1.5, 6);
  });

  it('is applied in the counterfactual too', async () => {
    await control.change('ann', { weights: { similar: 0 } });
    await show();
    const { item } = await explain('article:endgames');
    expect(item?.counterfactual?.rank).toBe(item?.rank);
    expect(item?.counterfactual?.score).toBeCloseTo(item?.score ?? 0, 6);
    expect(item?.counterfactual?.says).toContain('it would still be');
  });
});

describe('a reset of personalisation', () => {
  beforeEach(freshWorld);
  afterEach(endWorld);

  it('takes what was done before out of similarity, and what is done then counts', async () => {
    await show();
    expect((await explain('article:endgames')).item?.because).toHaveLength(1);
    await control.reset('ann');
    await show();
    const forgotten = await explain('article:endgames');
    expect(forgotten.item).toMatchObject({ because: [], counterfactual: null });
    expect(forgotten.item?.features).toMatchObject({ similar: 0, interest: 0 });
    world.clock.advance(HOUR_MS);
    await world.happens({ by: 'ann', does: 'share', to: 'post:opening' });
    await show();
    const { item } = await explain('article:endgames');
    expect(item?.because.map(({ content }) => content)).toEqual(['post:opening']);
    expect(item?.counterfactual?.says).toContain('Without your share of “An opening”');
  });
});

describe('why not', () => {
  beforeEach(freshWorld);
  afterEach(endWorld);

  it('names the rule and what takes it back, which then does', async () => {
    await show();
    await world.happens({ by: 'ann', does: 'hide', to: 'post:bo1' });
    const why = await explain('post:bo1');
    expect(why).toMatchObject({
      status: 'RULED_OUT',
      item: null,
      ruled_out: { rule: 'suppressed', still: true, undo: { activity_type: 'unhide', content: 'post:bo1' } },
    });
    expect(why.summary).toBe('You hid it on 2026-01-15. Send unhide to see it again.');
    await show();
    expect((await explain('post:bo1')).ruled_out?.rule).toBe('suppressed');
    world.clock.advance(1);
    await world.happens({ by: 'ann', does: why.ruled_out?.undo?.['activity_type'] ?? '', to: 'post:bo1' });
    expect((await explain('post:bo1')).ruled_out).toMatchObject({ still: false });
    await show();
    expect((await explain('post:bo1')).status).toBe('SHOWN');
  });

  it.each([
    ['what they made', 'post:ann1', [], 'own', 'You made it yourself'],
    ['what they know', 'post:opening', [], 'engaged', 'You know it already: your like of it on 2026-01-13'],
    [
      'what they saw',
      'post:bo2',
      [{ by: 'ann', does: 'impression', to: 'post:bo2' }],
      'seen',
      'You have seen it already',
    ],
    [
      'a muted person',
      'post:bo1',
      [{ by: 'ann', does: 'mute', with: 'bo' }],
      'suppressed_person',
      'You muted Bo on 2026-01-15',
    ],
    ['a comment', 'comment:k1', [], 'not_an_item', 'It belongs to something else'],
    [
      'a reported author',
      'question:rook',
      [{ by: 'ann', does: 'report', to: 'post:jazz' }],
      'reported_author',
      'You reported Gus',
    ],
  ] as const)('tells of %s', async (_, content, before, rule, says) => {
    await world.happens(...before);
    await show();
    const why = await explain(content);
    expect(why).toMatchObject({ status: 'RULED_OUT', ruled_out: { rule } });
    expect(why.ruled_out?.says).toContain(says);
  });

  it('tells of a muted word with the title of now', async () => {
    await control.change('ann', { muted_words: ['castle'] });
    await show();
    expect((await explain('question:rook')).ruled_out).toMatchObject({
      rule: 'muted_word',
      says: 'Its title has “castle”, which you muted in your settings',
    });
  });

  it('tells why each source did not bring it, and where it would stand', async () => {
    await control.change('ann', { off: ['new', 'popular'] });
    await show();
    const why = await explain('post:old');
    expect(why).toMatchObject({ status: 'NOT_FOUND', title: 'Long ago', item: null, ruled_out: null });
    const says = Object.fromEntries(why.not_found.map(({ source, says }) => [source, says]));
    expect(says['ties']).toBe('Gus is not among the people you are tied to');
    expect(says['interests']).toBe('Its tag #go is not among your interests');
    expect(says['new']).toBe('You switched this source off');
    expect(why.would_rank?.rank).toBe(why.ranked + 1);
  });

  it('Law 9: answers alike to what does not exist, what is private, and what comes from somebody who blocked the person', async () => {
    await world.happens({ by: 'cy', does: 'block', with: 'ann' });
    await show();
    const [missing, secret, blocked] = await Promise.all(
      ['post:none', 'post:secret', 'story:cy1'].map((content) => explain(content)),
    );
    expect(missing).toMatchObject({ status: 'NOT_FOUND', title: null, not_found: [], would_rank: null });
    expect({ ...secret, content: '' }).toEqual({ ...missing, content: '' });
    expect({ ...blocked, content: '' }).toEqual({ ...missing, content: '' });
    expect((await explain('post:secret', { viewer: 'flo' })).ruled_out?.rule).toBe('own');
  });

  it('Law 9: keeps silent about what was shown and is private now', async () => {
    await show();
    await world.append({ by: 'bo', does: 'update', to: 'post:bo1', more: { visibility: 'private' } });
    const { status, title, item, not_found } = await explain('post:bo1');
    expect({ status, title, item, not_found }).toEqual({ status: 'NOT_FOUND', title: null, item: null, not_found: [] });
  });
});
