import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseActivity } from '../../src/activity/activity.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { rebuildGraph } from '../../src/graph/projection/rebuild.ts';
import { verifyLog } from '../../src/log/chain/verify.ts';
import { dumpDifferences, dumpGraph } from '../graph/rows.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { type Happening, openWorld, type World } from '../support/world.ts';
import { check, eraserOf } from './eraser.ts';
import { searchEverything } from './search-everything.ts';

const postgres = usePostgres();
const lent = useGraph();
let world: World;

beforeAll(async () => {
  world = await openWorld({ databaseUrl: postgres.url, graph: lent.graph });
});
afterAll(() => world.close());

const ID = 'person-7f0c93';
const NAME = 'Zenobia Quill';
const EMAIL = 'zenobia.quill@example.org';
const ADDRESS = '203.0.113.';

/** Everything that a person can do, and everything that can be done to them. */
const LIFE: readonly Happening[] = [
  { by: ID, does: 'register', more: { metadata: { name: NAME, emails: [EMAIL] } } },
  { by: ID, does: 'create', to: 'post:z1', more: { title: `${NAME} was here`, hashtags: ['zebras', 'chess'] } },
  { by: ID, does: 'create', to: 'community:herd', more: { title: 'The herd', visibility: 'community' } },
  { by: 'bo', does: 'create', to: 'post:b1', more: { hashtags: ['chess'] } },
  { by: ID, does: 'view', to: 'post:b1', hoursAgo: 40 },
  { by: 'ann', does: 'view', to: 'post:b1', hoursAgo: 20 },
  { by: 'ann', does: 'like', to: 'post:z1' },
  { by: 'ann', does: 'save', to: 'post:z1' },
  { by: 'ann', does: 'unsave', to: 'post:z1' },
  { by: ID, does: 'like', to: 'post:b1' },
  { by: ID, does: 'like', to: 'post:only-theirs' },
  { by: ID, does: 'search', more: { hashtags: ['only-their-tag'], metadata: { query: '#only-their-tag' } } },
  { by: 'ann', does: 'mention', with: ID },
  { by: 'ann', does: 'vibe_sending', to: 'vibe:v1', with: ID },
  { by: 'bo', does: 'profile_visit', with: ID },
  { by: ID, does: 'connection_request', with: 'ann' },
  { by: 'ann', does: 'connection_accept', with: ID },
  { by: 'bo', does: 'follow', with: ID },
  { by: ID, does: 'follow', with: 'bo' },
  { by: 'cy', does: 'block', with: ID },
  { by: 'cy', does: 'hide', to: 'post:z1' },
  { by: 'di', does: 'join', more: { community_id: 'herd' } },
  { by: 'di', does: 'comment_create', to: 'comment:d1', more: { reply_to: 'post:z1', hashtags: ['chess'] } },
  { by: 'ed', does: 'view', to: 'post:b1', more: { metadata: { shared_by: ID } } },
  { by: 'ed', does: 'user_activity', more: { description: `Wrote to ${EMAIL} about ${NAME}` } },
  { by: ID, does: 'session_start', more: { session_id: 's1' } },
];

async function addressOf(person: string): Promise<string> {
  const activity = parseActivity({ activity_type: 'login' }, { subject: person, source: 'test', trusted: false });
  await world.log.append([{ activity, trusted: false, ipAddress: `${ADDRESS}77`, userAgent: `${NAME}'s browser` }]);
  return person;
}

describe('Law 9: after an erasure', () => {
  it('nothing in any table, node or edge names the person, their address, or what they made', async () => {
    await world.happens(...LIFE);
    await addressOf(ID);
    await world.project();
    await derive();
    const words = [ID, NAME, EMAIL, ADDRESS, 'post:z1', 'zebras'];
    const before = await searchEverything(world, words);
    for (const word of words) {
      expect(
        before.some((hit) => hit.endsWith(`: ${word}`)),
        `${word} is found before`,
      ).toBe(true);
    }
    await world.pool.query('ANALYZE');
    expect(await eraserOf(world).erase(ID)).toMatchObject({ status: 'done' });
    expect(await searchEverything(world, [...words, 'only-theirs', 'only-their-tag'])).toEqual([]);
  }, 120_000);

  it('the chain verifies, and the live graph is what the log folds to', async () => {
    expect((await verifyLog(world.pool)).problems).toEqual([]);
    expect((await check(world)).differences).toEqual([]);
  });

  it('a rebuild brings nothing back and gives the same graph', async () => {
    const live = await dumpGraph(world.graph, world.clock.now());
    await rebuildGraph({
      graph: world.graph,
      log: world.log,
      ranking: DEFAULT_RANKING,
      titlesOf: async () => new Map(),
      recordDeadLetters: async () => undefined,
    });
    const rebuilt = await dumpGraph(world.graph, world.clock.now());
    // Ties are derived; the refresher makes them again.
    expect(dumpDifferences(new Map([...live].filter(([key]) => !/^(TIE|SIMILAR_TO) /.test(key))), rebuilt)).toEqual([]);
    expect(await searchEverything(world, [ID, 'post:z1'])).toEqual([]);
  });

  it('what others did to others is as it was: memberships, answers, what they like', async () => {
    const { records } = await world.graph.driver.executeQuery(
      `MATCH (u:User)-[e]->(n) WHERE n.id IN ['herd', 'comment:d1', 'vibe:v1'] OR n.name = 'chess'
       RETURN u.id + ' ' + type(e) + ' ' + coalesce(n.id, n.name) AS edge ORDER BY edge`,
    );
    expect(records.map((record) => record.get('edge'))).toEqual([
      'ann ENGAGED vibe:v1',
      'ann INTERESTED_IN chess',
      'bo INTERESTED_IN chess',
      'di AUTHORED comment:d1',
      'di ENGAGED comment:d1',
      'di INTERESTED_IN chess',
      'di MEMBER_OF herd',
      'ed INTERESTED_IN chess',
    ]);
    const { rows } = await world.pool.query(
      "SELECT author_id, visibility FROM content WHERE reference = 'community:herd'",
    );
    expect(rows).toEqual([{ author_id: null, visibility: 'community' }]);
  });

  it('activities that name them are refused through whatever field, and so are retries', async () => {
    const late: readonly Readonly<Record<string, unknown>>[] = [
      { user_id: ID, activity_type: 'login' },
      { user_id: 'ann', activity_type: 'mention', target_user_id: ID },
      { user_id: 'ann', activity_type: 'like', content: 'post:z1' },
      { user_id: 'ann', activity_type: 'mute', content: `user:${ID}` },
      { user_id: 'ann', activity_type: 'create', content: 'post:new', author: ID },
      { user_id: 'ann', activity_type: 'create', content: 'comment:new', reply_to: 'post:z1' },
    ];
    const submissions = late.map((raw) => ({
      activity: parseActivity(raw, { subject: 'ann', source: 'test', trusted: true }),
      trusted: true,
    }));
    const head = await world.log.head();
    for (const result of await world.log.append(submissions)) {
      expect(result).toMatchObject({ status: 'invalid', error: { code: 'ACTIVITY_ERASED' } });
    }
    expect(await world.log.head()).toBe(head);
  });

  it('somebody else may be erased after them: what the first erasure cleared is still said to be', async () => {
    expect(await eraserOf(world).erase('di')).toMatchObject({ status: 'done' });
    expect((await verifyLog(world.pool)).problems).toEqual([]);
    expect((await check(world)).differences).toEqual([]);
  });

  it('asking again says the same and clears nothing more', async () => {
    const head = await world.log.head();
    expect(await eraserOf(world).erase(ID)).toMatchObject({ status: 'done' });
    expect(await world.log.head()).toBe(head);
  });
});

/** What jobs and feeds write about people, so that there is something of theirs in each table. */
async function derive(): Promise<void> {
  const { pool, graph } = world;
  const now = new Date(world.clock.now());
  await pool.query(
    "INSERT INTO feed_settings (user_id, revision, weights, interests, switched_off, muted_words, muted_tags, forgotten, social_proof, updated_at) VALUES ($1, 1, '{}', '{}', '{}', '{}', '{}', '{}', true, $2)",
    [ID, now],
  );
  await pool.query(
    "INSERT INTO behaviour_profile (person_id, computed_at, since, revision, profile) VALUES ($1, $2, $2, 1, '{}')",
    [ID, now],
  );
  await pool.query(
    "INSERT INTO feed_snapshot (id, user_id, algorithm, settings_revision, head_position, graph_position, created_at, expires_at, items) VALUES (gen_random_uuid(), 'ann', 'a', '', 1, 1, $1, $1, $2)",
    [now, JSON.stringify({ items: [{ content: 'post:z1', evidence: { people: [ID] } }] })],
  );
  await pool.query("INSERT INTO groups (id, name, created_at) VALUES ('g', 'Group', $1)", [now]);
  await pool.query("INSERT INTO group_members (group_id, user_id) VALUES ('g', $1)", [ID]);
  await pool.query("INSERT INTO job_run (job, started_at, status, progress) VALUES ('ties', $1, 'running', $2)", [
    now,
    JSON.stringify({ after: ID }),
  ]);
  await pool.query(
    "INSERT INTO activity_aggregation (user_id, aggregation_type, date, activity_counts, engagement_score) VALUES ($1, 'daily', $2, '{}', 1)",
    [ID, now],
  );
  await graph.driver.executeQuery(
    `MATCH (a:User {id: $id}), (b:User {id: 'ann'}) CREATE (b)-[:TIE {fading: 1.0, asOf: 1.0, standing: 0.0}]->(a), (a)-[:SIMILAR_TO {score: 1.0, model: 'm'}]->(b)`,
    { id: ID },
  );
}

describe('somebody whose id or words only look alike', () => {
  const OTHER = 'customer-10';

  /** Everything of theirs in the log, the audit tables and the graph. */
  async function kept(): Promise<Record<string, unknown>> {
    const { rows } = await world.pool.query(
      `SELECT (SELECT count(*)::int FROM activity_log WHERE actor_id = $1) AS log,
         (SELECT count(*)::int FROM user_activity WHERE user_id = $1) AS said,
         (SELECT count(*)::int FROM content_interaction WHERE user_id = $1) AS did`,
      [OTHER],
    );
    const { records } = await world.graph.driver.executeQuery(
      'MATCH (u:User {id: $id}) RETURN COUNT { (u)--() } AS edges',
      { id: OTHER },
    );
    return { ...rows[0], edges: records[0]?.get('edges') };
  }

  it('keeps everything when the other is erased, whatever that one called themselves', async () => {
    const today = new Date(world.clock.now()).toISOString().slice(0, 10);
    await world.happens(
      { by: 'customer-1', does: 'register', more: { metadata: { name: `${today} 1`, emails: ['e@g'] } } },
      { by: 'customer-1', does: 'like', to: 'post:b1' },
      { by: OTHER, does: 'register', more: { metadata: { name: 'Someone Else', emails: ['joe@gmail.com'] } } },
      { by: OTHER, does: 'create', to: 'post:c10', more: { title: 'Of customer-10', hashtags: ['customer-100'] } },
      { by: OTHER, does: 'like', to: 'post:b1' },
      { by: OTHER, does: 'user_activity', more: { description: 'joe@gmail.com is customer-10, since today' } },
    );
    const before = await kept();
    expect(before).toMatchObject({ log: 4, said: expect.any(Number), did: 2 });
    expect(await eraserOf(world).erase('customer-1')).toMatchObject({ status: 'done' });
    expect(await kept()).toEqual(before);
    expect((await verifyLog(world.pool)).problems).toEqual([]);
    expect((await check(world)).differences).toEqual([]);
  });
});
