import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { DAY_MS } from '../../../src/core/clock.ts';
import { refreshSeedCounts } from '../../../src/signals/similarity/seed-counts.ts';
import { useGraph, usePostgres } from '../../support/stores.ts';
import { type Happening, openWorld, type World } from '../../support/world.ts';
import { storedNeighbours } from './bipartite.ts';

const postgres = usePostgres();
const lent = useGraph();
let world: World;
beforeAll(async () => {
  world = await openWorld({ databaseUrl: postgres.url, graph: lent.graph });
});
afterAll(() => world.close());

const did = (times: number, by: string, does: string, type: string): Happening[] =>
  [...Array(times).keys()].map((n) => ({ by, does, to: `${type}:${by}-${does}-${n}` }));

it('people are similar by the sum of their lesser counts, above 10, worked out by hand', async () => {
  // Long ago: counts no more. The audit row's created_at is when it was received.
  world.clock.advance(-40 * DAY_MS);
  await world.happens(...did(20, 'cy', 'view', 'post'));
  world.clock.advance(40 * DAY_MS);
  await world.happens(
    // Of posts seen 8, 9 and 5; of posts liked 4, 2 and 6; only Ann saw stories.
    ...did(8, 'ann', 'view', 'post'),
    ...did(9, 'bo', 'view', 'post'),
    ...did(5, 'cy', 'view', 'post'),
    ...did(4, 'ann', 'like', 'post'),
    ...did(4, 'bo', 'like', 'post'),
    ...did(6, 'cy', 'like', 'post'),
    ...did(7, 'ann', 'view', 'story'),
  );
  const now = world.clock.now();
  const result = await refreshSeedCounts({ pool: world.pool, graph: lent.graph }, { ranking: DEFAULT_RANKING, now });
  // Ann and Bo: min(8, 9) + min(4, 4) = 12. Bo and Cy: min(9, 5) + min(4, 6) = 9. Ann and Cy: 5 + 4 = 9.
  const stored = await storedNeighbours(lent.graph, 'seed_counts');
  expect(Object.fromEntries([...stored].map(([from, { to, scores }]) => [from, [to, scores]]))).toEqual({
    ann: [['bo'], [12]],
    bo: [['ann'], [12]],
  });
  expect(result).toEqual({ people: 3, peopleLeftOut: 0, edges: 2 });
});

it('people are similar as the query of the seed says', async () => {
  await world.happens(
    ...did(13, 'cy', 'comment', 'post'),
    ...did(12, 'bo', 'comment', 'post'),
    ...did(30, 'di', 'view', 'story'),
  );
  const now = world.clock.now();
  await refreshSeedCounts({ pool: world.pool, graph: lent.graph }, { ranking: DEFAULT_RANKING, now });
  const stored = await storedNeighbours(lent.graph, 'seed_counts');
  const pairs = [...stored.values()].flatMap(({ from, to, scores }) =>
    to.map((other, rank) => [from, other, scores[rank]] as const).filter(([one, two]) => one < two),
  );
  const { rows } = await world.pool.query(
    `WITH user_interactions AS (
       SELECT user_id, content_type, interaction_type, COUNT(*) as interaction_count
       FROM content_interaction
       WHERE created_at >= $1::timestamptz - INTERVAL '30 days'
       GROUP BY user_id, content_type, interaction_type
     )
     SELECT u1.user_id as user1, u2.user_id as user2,
       SUM(LEAST(u1.interaction_count, u2.interaction_count))::int as similarity_score
     FROM user_interactions u1
     JOIN user_interactions u2 ON u1.content_type = u2.content_type
       AND u1.interaction_type = u2.interaction_type
       AND u1.user_id < u2.user_id
     GROUP BY u1.user_id, u2.user_id
     HAVING SUM(LEAST(u1.interaction_count, u2.interaction_count)) > 10`,
    [new Date(now)],
  );
  expect(pairs.sort()).toEqual(
    rows.map(({ user1, user2, similarity_score }) => [user1, user2, similarity_score]).sort(),
  );
  expect(rows).toHaveLength(2);
});

it('with too many people the least active are left out, and counted', async () => {
  const now = world.clock.now();
  const options = { ranking: DEFAULT_RANKING, now, mostPeople: 2 };
  const result = await refreshSeedCounts({ pool: world.pool, graph: lent.graph }, options);
  expect(result).toMatchObject({ people: 2, peopleLeftOut: 2 });
});
