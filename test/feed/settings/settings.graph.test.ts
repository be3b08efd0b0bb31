import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { HOUR_MS } from '../../../src/core/clock.ts';
import type { FeedItem } from '../../../src/feed/explain/present.ts';
import { createFeed, type Feed } from '../../../src/feed/feed.ts';
import { createFeedControl, type FeedControl } from '../../../src/feed/settings/control.ts';
import { openGraph } from '../../../src/graph/graph.ts';
import { readContent } from '../../../src/log/read/catalogue.ts';
import { createDatabase, dropDatabase, useGraph } from '../../support/stores.ts';
import { type Happening, HISTORY, openWorld, type World } from '../../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };
let feed: Feed;
let control: FeedControl;

/** Snapshots serve again for an hour: only a new revision makes a new one here. */
async function freshWorld(): Promise<void> {
  database = await createDatabase('settings');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY);
  const shared = {
    graph: world.graph,
    pool: world.pool,
    waitFor: async (position: number) => world.position() >= position,
    headOf: (person: string) => world.log.headOf(person),
    clock: world.clock,
    ranking: DEFAULT_RANKING,
  };
  control = createFeedControl(shared);
  feed = createFeed({
    ...shared,
    projectionPosition: world.position,
    cursorSecret: 'a secret of at least thirty-two characters',
    reuseMs: HOUR_MS,
  });
}

async function endWorld(): Promise<void> {
  await world.close();
  await dropDatabase(database.name);
}

const itemsFor = async (viewer: string): Promise<readonly FeedItem[]> =>
  (await feed.page({ viewer, limit: 100 })).items;
const contentsFor = async (viewer: string) => (await itemsFor(viewer)).map(({ content }) => content);
const itemFor = async (viewer: string, content: string) =>
  (await itemsFor(viewer)).find((item) => item.content === content);

describe('what a person sets', () => {
  beforeEach(freshWorld);
  afterEach(endWorld);

  it('is kept, of a revision that grows with each change', async () => {
    expect(await control.read('ann')).toMatchObject({ revision: 0, social_proof: true, network: null });
    await control.change('ann', { weights: { people: 1.5 }, off: ['trending'] });
    const settings = await control.change('ann', { network: 0.3, muted_words: ['Rook'] });
    expect(settings).toEqual(await control.read('ann'));
    expect(settings).toMatchObject({ revision: 2, network: 0.3, muted_words: ['rook'] });
    expect(settings.sliders.find(({ name }) => name === 'people')).toMatchObject({
      factor: 1.5,
      multiplies: expect.arrayContaining(['connection', 'proof', 'social']),
    });
    expect(settings.heuristics.filter(({ on }) => !on).map(({ name }) => name)).toEqual(['trending']);
    expect(await control.read('bo')).toMatchObject({ revision: 0 });
  });

  it('loses nothing of changes that come at once', async () => {
    const sliders = ['people', 'similar', 'interests', 'types', 'popular', 'new', 'explore'];
    await Promise.all(sliders.map((name) => control.change('ann', { weights: { [name]: 0.5 } })));
    const settings = await control.read('ann');
    expect(settings.revision).toBe(7);
    expect(settings.sliders.map(({ factor }) => factor)).toEqual(Array(7).fill(0.5));
  });

  it('takes effect at the next request, where the snapshot of before would still serve', async () => {
    const before = await itemFor('ann', 'post:bo1');
    await control.change('ann', { weights: { people: 0.5, new: 0 } });
    const after = await itemFor('ann', 'post:bo1');
    expect(before?.parts['connection']).toBeGreaterThan(0);
    expect(after?.parts['connection']).toBeCloseTo((before?.parts['connection'] ?? 0) / 2, 12);
    expect(after?.parts['recency']).toBe(0);
    expect(after?.parts['content_type']).toBe(before?.parts['content_type']);
  });

  it('switches a source off', async () => {
    expect((await itemFor('ann', 'question:rook'))?.sources).toContain('trending');
    await control.change('ann', { off: ['trending'] });
    const items = await itemsFor('ann');
    expect(items.flatMap(({ sources }) => sources)).not.toContain('trending');
    expect((await itemsFor('newcomer')).flatMap(({ sources }) => sources)).toContain('trending');
  });

  it('shows only ties, or only others, at the ends of the dial; a feed about one thing is not touched by it', async () => {
    const authorOf = async (content: string) =>
      (await readContent(world.pool, [content])).get(content)?.authorId ?? null;
    const authors = async () => Promise.all((await contentsFor('ann')).map(authorOf));
    expect(new Set(await authors())).toEqual(new Set(['bo', 'cy', 'flo', 'gus']));
    await control.change('ann', { network: 0 });
    // A like of what Flo made is contact with her.
    expect(new Set(await authors())).toEqual(new Set(['bo', 'cy', 'flo']));
    const { items } = await feed.page({ viewer: 'ann', limit: 100, anchor: { kind: 'author', id: 'gus' } });
    expect(items.map(({ content }) => content)).toContain('post:jazz');
    expect(items.every(({ parts }) => parts['network'] === undefined)).toBe(true);
    await control.change('ann', { network: 1 });
    expect(new Set(await authors())).toEqual(new Set(['gus']));
  });

  it('switches proof by others off', async () => {
    expect((await itemFor('ann', 'post:jazz'))?.proof.people).not.toEqual([]);
    await control.change('ann', { off: ['social_proof'] });
    expect((await itemFor('ann', 'post:jazz'))?.proof).toEqual({ people: [], others: 0 });
  });

  it('mutes words in titles and tags, also on a later page of a snapshot that was ranked before', async () => {
    const { items, next } = await feed.page({ viewer: 'ann', limit: 1 });
    const whole = await contentsFor('ann');
    const muted = ['post:jazz', 'question:rook'].filter((content) => content !== items[0]?.content);
    await control.change('ann', { muted_words: ['castle'], muted_tags: ['#Jazz'] });
    const later = await feed.page({ viewer: 'ann', limit: 100, cursor: next ?? '' });
    expect(whole).toEqual(expect.arrayContaining(muted));
    expect(later.items.map(({ content }) => content)).toEqual(whole.slice(1).filter((one) => !muted.includes(one)));
    const now = await contentsFor('ann');
    expect(now).not.toContain('post:jazz');
    expect(now).not.toContain('question:rook');
  });

  it('corrects interests: seen, turned to nothing, and turned up', async () => {
    const { interests } = await control.read('ann');
    const chess = interests?.find(({ tag }) => tag === 'chess');
    expect(chess).toMatchObject({ declared: false, factor: 1 });
    expect(chess?.counts).toBeGreaterThan(0);
    expect((await itemFor('ann', 'article:endgames'))?.parts['interest']).toBeGreaterThan(0);
    await control.change('ann', { interests: { chess: 0, jazz: 2 } });
    const endgames = await itemFor('ann', 'article:endgames');
    expect(endgames?.parts['interest']).toBe(0);
    expect(endgames?.sources).not.toContain('interests');
    const jazz = await itemFor('ann', 'post:jazz');
    expect(jazz?.sources).toContain('interests');
    expect((await control.read('ann')).interests?.slice(0, 2)).toMatchObject([
      { tag: 'jazz', declared: false, factor: 2, counts: 0.5 },
      { tag: 'chess', factor: 0, counts: 0 },
    ]);
  });

  it('can be read and changed while Neo4j is away, but nothing can be forgotten then', async () => {
    const graph = openGraph(
      { uri: 'bolt://127.0.0.1:1', user: 'neo4j', password: 'none' },
      { retryMs: 100, acquireTimeoutMs: 500 },
    );
    const away = createFeedControl({
      graph,
      pool: world.pool,
      waitFor: async () => true,
      headOf: async () => 0,
      clock: world.clock,
      ranking: DEFAULT_RANKING,
    });
    expect(await away.change('ann', { network: 1 })).toMatchObject({ revision: 1, interests: null });
    await expect(away.reset('ann')).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE' });
    expect(await away.read('ann')).toMatchObject({ revision: 1, reset_at: null });
    await graph.close();
  });
});

describe('a reset of personalisation', () => {
  beforeAll(freshWorld);
  afterAll(endWorld);

  it('forgets the interests that were shown until then, and learns new ones; connections stay', async () => {
    const before = await itemFor('ann', 'article:endgames');
    expect(before?.parts['interest']).toBeGreaterThan(0);
    const { reset_at, interests } = await control.reset('ann');
    expect([reset_at, interests]).toEqual([new Date(world.clock.now()).toISOString(), []]);
    expect((await itemFor('ann', 'article:endgames'))?.parts['interest']).toBe(0);
    expect((await itemFor('ann', 'post:bo1'))?.reasons).toContain('Bo, whom you are connected with, made this');

    world.clock.advance(HOUR_MS);
    await world.happens({ by: 'ann', does: 'view', to: 'question:rook' });
    const after = await itemFor('ann', 'article:endgames');
    expect(after?.parts['interest']).toBeGreaterThan(0);
    // A view is worth .1; the like before the reset, which is forgotten, was worth .3.
    expect(after?.parts['interest']).toBeLessThan((before?.parts['interest'] ?? 0) / 2);
  });

  it('forgets contact, people alike and what they have in common with others, however many there were', async () => {
    const tags = Array.from({ length: 70 }, (_, index) => `tag-${index}`);
    await world.happens(
      ...tags.map((tag): Happening => ({ by: 'bea', does: 'search', more: { hashtags: [tag] } })),
      { by: 'bea', does: 'like', to: 'post:opening' },
      { by: 'bea', does: 'message', with: 'gus' },
      { by: 'bea', does: 'message', with: 'di' },
      { by: 'gus', does: 'message', with: 'bea' },
      { by: 'bea', does: 'profile_visit', with: 'flo' },
    );
    await world.graph.driver.executeQuery(
      `MATCH (bea:User {id: 'bea'}), (ed:User {id: 'ed'})
       CREATE (bea)-[:SIMILAR_TO {model: 'cosine_people', score: 0.9, computedAt: 0}]->(ed)`,
    );
    world.clock.advance(2 * HOUR_MS);
    const before = await itemFor('bea', 'question:rook');
    expect(before?.parts['social']).toBeGreaterThan(0);
    expect((await itemsFor('bea')).flatMap(({ sources }) => sources)).toContain('similar_people');

    const { interests } = await control.reset('bea');
    expect(interests).toEqual([]);
    const items = await itemsFor('bea');
    expect(items.flatMap(({ sources }) => sources).filter((one) => ['ties', 'similar_people'].includes(one))).toEqual(
      [],
    );
    expect(items.filter(({ parts }) => parts['social'] !== 0)).toEqual([]);
    expect(items.flatMap(({ reasons }) => reasons).filter((reason) => reason.includes('interact with'))).toEqual([]);

    world.clock.advance(HOUR_MS);
    await world.happens({ by: 'bea', does: 'message', with: 'gus' }, { by: 'bea', does: 'view', to: 'post:jazz' });
    const again = await itemFor('bea', 'question:rook');
    expect(again?.reasons).toContain('Gus, whom you interact with, made this');
    // The new message alone: of both, half of what there is would be more.
    const ratio = (again?.parts['social'] ?? 0) / (before?.parts['social'] ?? 1);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
    // A view of .1 beside a like of .3 that is forgotten: people alike count a little again.
    expect((await itemsFor('bea')).flatMap(({ sources }) => sources)).toContain('similar_people');
  });

  it('waits for what the graph does not have yet, since that could not be forgotten', async () => {
    await world.append({ by: 'ann', does: 'view', to: 'post:opening' });
    await expect(control.reset('ann')).rejects.toMatchObject({ code: 'GRAPH_BEHIND' });
    await world.project();
    await expect(control.reset('ann')).resolves.toBeDefined();
  });
});

describe('who opts out of social proof', () => {
  beforeAll(freshWorld);
  afterAll(endWorld);

  it('brings nothing into the feeds of others by what they like', async () => {
    await world.happens({ by: 'bo', does: 'like', to: 'question:rook' });
    expect((await itemFor('ann', 'question:rook'))?.sources).toContain('ties');
    await control.change('bo', { social_proof: false });
    world.clock.advance(HOUR_MS + 1);
    const { sources, proof } = (await itemFor('ann', 'question:rook')) ?? {};
    expect(sources).not.toContain('ties');
    expect(proof).toEqual({ people: [], others: 0 });
    await control.change('bo', { social_proof: true });
    world.clock.advance(HOUR_MS + 1);
  });

  it('is neither named nor counted on the very next page of others', async () => {
    const before = await itemFor('ann', 'post:jazz');
    expect(before?.proof.people.map(({ id }) => id).sort()).toEqual(['bo', 'di']);
    await control.change('bo', { social_proof: false });
    // From the snapshot of before: not named, not counted.
    const shown = await itemFor('ann', 'post:jazz');
    expect(shown?.proof).toEqual({ people: [{ id: 'di', name: 'Di' }], others: 0 });
    expect(shown?.reasons.join()).not.toContain('Bo');
    expect(shown?.parts['social']).toBe(before?.parts['social']);
    // Ranked anew: no part of the score either.
    world.clock.advance(HOUR_MS + 1);
    const fresh = await itemFor('ann', 'post:jazz');
    expect(fresh?.parts['social']).toBeLessThan((before?.parts['social'] ?? 0) * 0.9);
    expect(fresh?.proof).toEqual({ people: [{ id: 'di', name: 'Di' }], others: 0 });
    await control.change('bo', { social_proof: true });
    expect((await itemFor('ann', 'post:jazz'))?.proof.people).toHaveLength(1);
    world.clock.advance(HOUR_MS + 1);
    expect((await itemFor('ann', 'post:jazz'))?.proof.people).toHaveLength(2);
  });
});
