import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_FLAGS } from '../../src/activity/personal-weights.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { createFeed, type Feed } from '../../src/feed/feed.ts';
import { readSimilar } from '../../src/feed/find/similar.ts';
import { algorithmNamed } from '../../src/feed/rank/algorithms.ts';
import { scoreOf } from '../../src/feed/rank/part.ts';
import { scoreCandidate } from '../../src/feed/rank/rank.ts';
import { createDatabase, dropDatabase, useGraph } from '../support/stores.ts';
import { type Happening, HISTORY, openWorld, type World } from '../support/world.ts';

const lent = useGraph();
let world: World;
let database: { readonly name: string; readonly url: string };

async function freshWorld(): Promise<void> {
  database = await createDatabase('sources');
  await lent.empty();
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY);
}
async function endWorld(): Promise<void> {
  await world.close();
  await dropDatabase(database.name);
}

const graphV2 = algorithmNamed('graph_v2');

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
const candidates = async (viewer: string | null, known: Partial<typeof graphV2> = {}) => {
  const found = await feedOf().candidates({ viewer, algorithm: { ...graphV2, ...known }, now: world.clock.now() });
  return new Map(found.map((candidate) => [candidate.content, candidate]));
};

async function similar(model: string, from: string, to: string, score: number): Promise<void> {
  const label = model.endsWith('_people') ? 'User' : 'Content';
  await lent.graph.driver.executeQuery(
    `MATCH (a:${label} {id: $from}), (b:${label} {id: $to})
     MERGE (a)-[s:SIMILAR_TO {model: $model}]->(b) SET s.score = $score, s.computedAt = 0.0`,
    { model, from, to, score },
  );
}

describe('what is similar to what a person did', () => {
  beforeEach(freshWorld);
  afterEach(endWorld);

  /** Old things, so that no other source brings them. */
  const shelf: readonly Happening[] = ['s1', 's2', 's3'].map((id) => ({
    by: 'gus',
    does: 'create',
    to: `article:${id}`,
    hoursAgo: 400 * 24,
  }));
  const flat = {
    ...graphV2.history,
    halfLifeDays: null,
    engagementPower: 0,
    lengthPower: 0,
    friends: { ...graphV2.history.friends, share: 0 },
  };
  const noSession = { ...flat, session: { ...flat.session, share: 0 } };

  it('leaves out what the person made or engaged with, whether that is little or much', async () => {
    await world.happens(
      ...shelf,
      { by: 'ann', does: 'create', to: 'article:mine', hoursAgo: 400 * 24 },
      { by: 'ann', does: 'like', to: 'article:s1', hoursAgo: 30 },
      { by: 'ann', does: 'like', to: 'article:s2', hoursAgo: 30 },
    );
    for (const to of ['article:s2', 'article:s3', 'article:mine']) {
      await similar('cosine', 'article:s1', to, 0.5);
    }
    const taste = {
      seeds: [{ content: 'article:s1', weight: 1 }],
      models: [{ model: 'cosine', weight: 1 }],
      fallback: true,
    };
    for (const [person, fewKnown, expected] of [
      ['ann', 1_000, ['article:s3']],
      ['ann', 0, ['article:s3']],
      ['nobody', 0, ['article:mine', 'article:s2', 'article:s3']],
    ] as const) {
      const found = await readSimilar(world.graph, taste, { person, friends: [], disliked: [], fewKnown });
      expect(found.best(10, []).map(({ content }) => content)).toEqual(expected);
    }
  });

  it('is the signed sum over the things done, and says what each of them adds', async () => {
    await world.happens(...shelf, { by: 'ann', does: 'like', to: 'article:s1', hoursAgo: 30 });
    await similar('cosine', 'article:s1', 'article:s2', 0.5);
    await similar('cosine', 'post:opening', 'article:s2', -0.2);
    const found = (await candidates('ann', { history: noSession })).get('article:s2');
    expect(found?.sources).toContain('similar_content');
    expect(found?.features.similar).toBeCloseTo(0.3, 9);
    expect(found?.because).toEqual([
      ['article:s1', 0.5],
      ['post:opening', -0.2],
    ]);
  });

  it('falls back to the next model only where the first knows nothing, or hears all of them', async () => {
    await world.happens(...shelf, { by: 'ann', does: 'like', to: 'article:s1', hoursAgo: 30 });
    await similar('ease', 'article:s1', 'article:s2', 0.5);
    await similar('cosine', 'article:s1', 'article:s2', 0.3);
    await similar('cosine', 'post:opening', 'article:s3', 0.4);
    const first = await candidates('ann', { history: noSession });
    expect(first.get('article:s2')?.features.similar).toBeCloseTo(0.5, 9);
    expect(first.get('article:s3')?.features.similar).toBeCloseTo(0.4, 9);
    const all = await candidates('ann', { history: noSession, similarity: { ...graphV2.similarity, fallback: false } });
    expect(all.get('article:s2')?.features.similar).toBeCloseTo(0.8, 9);
  });

  it('follows what is done in this session with the next request', async () => {
    await world.happens(...shelf);
    await similar('cosine', 'article:s1', 'article:s2', 0.5);
    await similar('cosine', 'post:opening', 'article:s3', 0.6);
    expect((await candidates('ann', { history: flat })).get('article:s2')?.features.similar).toBe(0);
    await world.happens({ by: 'ann', does: 'like', to: 'article:s1' });
    const found = await candidates('ann', { history: flat });
    // Done now: 1 in the long run and 1 for the session.
    expect(found.get('article:s2')?.features.similar).toBeCloseTo(1, 9);
    expect(found.get('article:s3')?.features.similar).toBeCloseTo(0.6, 9);
  });

  it('hears those in touch with the person by their share, and nobody else', async () => {
    await world.happens(
      ...shelf,
      { by: 'bo', does: 'like', to: 'article:s1', hoursAgo: 30 },
      { by: 'cy', does: 'like', to: 'article:s3', hoursAgo: 30 },
    );
    await similar('cosine', 'article:s1', 'article:s2', 0.5);
    await similar('cosine', 'article:s3', 'story:cy1', 0.5);
    const alone = await candidates('ann', { history: noSession });
    expect(alone.get('article:s2')?.features.similar ?? 0).toBe(0);
    const friends = { share: 1, people: 10, perPerson: 10 };
    const found = await candidates('ann', { history: { ...noSession, friends } });
    // Bo is connected with Ann; Cy is only followed.
    const strength = found.get('post:bo1')?.features.connection ?? 0;
    expect(strength).toBeGreaterThan(0.3);
    expect(found.get('article:s2')?.features.similar).toBeCloseTo(0.5 * strength, 9);
    expect(found.get('article:s2')?.because).toEqual([]);
    expect(found.get('story:cy1')?.features.similar).toBe(0);
  });

  it('reads old engagement as it was, and leaves out what was taken back', async () => {
    await world.happens(
      ...shelf,
      { by: 'ann', does: 'like', to: 'article:s1', hoursAgo: 300 * 24 },
      { by: 'ann', does: 'like', to: 'article:s3', hoursAgo: 300 * 24 },
      { by: 'ann', does: 'unlike', to: 'article:s3', hoursAgo: 299 * 24 },
    );
    await similar('cosine', 'article:s1', 'article:s2', 0.5);
    await similar('cosine', 'article:s3', 'article:s2', 0.25);
    const byEngagement = { ...noSession, engagementPower: 1 };
    expect((await candidates('ann', { history: byEngagement })).get('article:s2')?.features.similar).toBeCloseTo(
      0.15,
      9,
    );
    expect((await candidates('ann')).has('article:s1')).toBe(false);
  });
});

describe('the sources', () => {
  beforeAll(async () => {
    await freshWorld();
    await world.happens(
      { by: 'ann', does: 'join', more: { community_id: 'club' }, hoursAgo: 60 },
      { by: 'gus', does: 'join', more: { community_id: 'club' }, hoursAgo: 60 },
      {
        by: 'gus',
        does: 'create',
        to: 'post:inclub',
        hoursAgo: 50,
        more: { community_id: 'club', visibility: 'community' },
      },
      { by: 'ed', does: 'create', to: 'post:first', hoursAgo: 3 },
      { by: 'flo', does: 'create', to: 'article:hit', hoursAgo: 400 * 24 },
      ...['p1', 'p2', 'p3', 'p4'].map((by): Happening => ({ by, does: 'share', to: 'article:hit', hoursAgo: 60 })),
    );
    await similar('cosine_people', 'ann', 'ed', 0.4);
  });
  afterAll(endWorld);

  it('bring what people alike engaged with', async () => {
    const found = (await candidates('ann')).get('article:endgames');
    expect(found?.sources).toContain('similar_people');
    expect(found?.features.similar_people).toBeGreaterThan(0);
  });

  it('bring what is posted in the communities of the person, to its members only', async () => {
    const found = (await candidates('ann')).get('post:inclub');
    expect(found?.sources).toContain('communities');
    expect(found?.features.community).toBe(1);
    expect((await candidates('bo')).has('post:inclub')).toBe(false);
  });

  it('bring what friends who rarely post made, by strength over frequency', async () => {
    const found = await candidates('ann');
    // Cy posted once, Bo twice.
    const [cy, bo] = [found.get('story:cy1')?.features, found.get('post:bo2')?.features];
    expect(found.get('story:cy1')?.sources).toContain('catch_up');
    expect(cy?.catch_up).toBeGreaterThan(0.25);
    expect(cy?.catch_up).toBeCloseTo(cy?.connection ?? 0, 9);
    expect(bo?.catch_up).toBeCloseTo((bo?.connection ?? 0) / 2, 9);
  });

  it('bring new authors, and what everybody is most engaged with', async () => {
    const found = await candidates('bo');
    expect(found.get('post:first')?.sources).toContain('new_authors');
    expect(found.get('post:first')?.features.new_author).toBeCloseTo(Math.exp(-0.1 * (3 / 24)), 6);
    expect(found.get('article:hit')?.sources).toContain('popular');
    // Four shares of .7, two and a half days old, and the author's own creation, long faded.
    expect(found.get('article:hit')?.features.popularity).toBeCloseTo(2.8 * Math.exp(-0.1 * 2.5), 6);
  });
});

describe('what a person did not want', () => {
  beforeEach(freshWorld);
  afterEach(endWorld);

  const itemsFor = async (viewer: string) => {
    const { items } = await feedOf().page({ viewer, algorithm: 'graph_v2', limit: 100, explore: false });
    return new Map(items.map((item) => [item.content, item]));
  };
  /** What is left of the score before fatigue. */
  const leftOf = async (content: string) => {
    const parts = Object.entries((await itemsFor('ann')).get(content)?.parts ?? {});
    const end = parts.findIndex(([name]) => name === 'fatigue');
    const before = parts.slice(0, end < 0 ? undefined : end).reduce((sum, [, value]) => sum + value, 0);
    return 1 + (end < 0 ? 0 : (parts[end]?.[1] ?? 0)) / before;
  };

  it('lowers a person and a tag that they want less of, from the next request on, and gives them back with time', async () => {
    expect(await leftOf('post:bo1')).toBe(1);
    await world.happens(
      { by: 'ann', does: 'not_interested', with: 'bo' },
      { by: 'ann', does: 'not_interested', to: 'tag:jazz' },
    );
    expect(await leftOf('post:bo1')).toBeCloseTo(0.2, 9);
    expect(await leftOf('post:jazz')).toBeCloseTo(0.2, 9);
    expect(await leftOf('question:rook')).toBe(1);
    world.clock.advance(84 * 86_400_000);
    expect(await leftOf('post:bo1')).toBeCloseTo(0.6, 9);
    world.clock.advance(84 * 86_400_000);
    expect(await leftOf('post:bo1')).toBe(1);
  });

  it('lowers the author, the tags and the like of what they hid', async () => {
    await similar('cosine', 'question:rook', 'story:cy1', 0.5);
    await world.happens({ by: 'ann', does: 'hide', to: 'question:rook' });
    // Gus made both; chess is the one tag of both; half of what is similar counts half.
    expect(await leftOf('post:jazz')).toBeCloseTo(1 - 0.5 * 0.8, 9);
    expect(await leftOf('article:endgames')).toBeCloseTo(1 - 0.25 * 0.8, 9);
    expect(await leftOf('story:cy1')).toBeCloseTo(1 - 0.5 * 0.5 * 0.8, 9);
    expect(await leftOf('post:bo1')).toBe(1);
  });
});

describe('candidates', () => {
  beforeAll(freshWorld);
  afterAll(endWorld);

  it('have the scores of the page without what depends on their neighbours, and write nothing', async () => {
    const feed = feedOf();
    const found = await feed.candidates({ viewer: 'ann', algorithm: 'graph_v2', now: world.clock.now() });
    expect((await world.pool.query('SELECT FROM feed_snapshot')).rowCount).toBe(0);
    const { items } = await feed.page({ viewer: 'ann', algorithm: 'graph_v2', limit: 100, explore: false });
    expect(items.map(({ content }) => content).sort()).toEqual(found.map(({ content }) => content).sort());
    const scores = new Map(
      items.map(({ content, score, parts }) => [content, score - (parts['author_diversity'] ?? 0)]),
    );
    for (const candidate of found) {
      const score = scoreOf(scoreCandidate(candidate, graphV2, NO_FLAGS));
      expect(scores.get(candidate.content)).toBeCloseTo(score, 9);
    }
  });

  it('are all but what the person made or engaged with, when the rules are off', async () => {
    await world.happens({ by: 'ann', does: 'impression', to: 'post:bo1' }, { by: 'ann', does: 'mute', with: 'cy' });
    const feed = feedOf();
    const ask = async (rules?: 'off') => {
      const request = { viewer: 'ann', algorithm: 'graph_v2', now: world.clock.now() } as const;
      return (await feed.candidates(rules === undefined ? request : { ...request, rules })).map(
        ({ content }) => content,
      );
    };
    expect(await ask()).not.toContain('post:bo1');
    const all = await ask('off');
    expect(all).toEqual(expect.arrayContaining(['post:bo1', 'story:cy1']));
    expect(all).not.toContain('post:ann1');
    expect(all).not.toContain('post:opening');
  });
});
