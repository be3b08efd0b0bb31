import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportPerson } from '../../src/privacy/exporter.ts';
import { useGraph, usePostgres } from '../support/stores.ts';
import { openWorld, type World } from '../support/world.ts';
import { check, eraserOf } from './eraser.ts';
import { searchEverything } from './search-everything.ts';

const postgres = usePostgres();
const lent = useGraph();
let world: World;

const OLD = 'visitor-51c0aa';
const ID = 'person-9e24b1';

beforeAll(async () => {
  world = await openWorld({ databaseUrl: postgres.url, graph: lent.graph });
  await world.happens(
    { by: 'bo', does: 'create', to: 'post:b1', more: { hashtags: ['chess'] } },
    { by: OLD, does: 'view', to: 'post:b1', hoursAgo: 30 },
    { by: OLD, does: 'search', more: { hashtags: ['only-their-tag'] } },
    { by: 'bo', does: 'profile_visit', with: OLD },
    { by: ID, does: 'alias', with: OLD },
    { by: ID, does: 'create', to: 'post:z1', more: { hashtags: ['chess'] } },
    { by: ID, does: 'like', to: 'post:b1' },
    // Somebody else with two ids, who knew the person under both.
    { by: 'guest', does: 'like', to: 'post:z1', hoursAgo: 20 },
    { by: 'guest', does: 'share', to: 'post:b1', hoursAgo: 20 },
    { by: 'guest', does: 'mention', with: ID, hoursAgo: 20 },
    { by: 'gil', does: 'alias', with: 'guest' },
    { by: 'gil', does: 'view', to: 'post:z1' },
    { by: 'gil', does: 'view', to: 'post:b1' },
  );
  await world.project();
});
afterAll(() => world.close());

describe('a person with two ids', () => {
  it('gets what is known under either', async () => {
    const ofOld = [];
    for await (const line of exportPerson(world, OLD)) {
      ofOld.push(line);
    }
    const ofNew = [];
    for await (const line of exportPerson(world, ID)) {
      ofNew.push(line);
    }
    expect(ofOld).toEqual(ofNew);
    expect(JSON.stringify(ofNew)).toContain('only-their-tag');
    expect(ofNew.filter((line) => line.in === 'content_interaction')).toHaveLength(3);
  });

  it('is erased under both, and what somebody else with two ids did is left as it was', async () => {
    expect((await check(world)).differences).toEqual([]);
    expect(await eraserOf(world).erase(ID)).toMatchObject({ status: 'done' });
    expect(await searchEverything(world, [ID, OLD, 'only-their-tag', 'post:z1'])).toEqual([]);
    expect((await check(world)).differences).toEqual([]);
    const { records } = await world.graph.driver.executeQuery(
      `MATCH (:User {id: 'gil'})-[e:ENGAGED|INTERESTED_IN]->(n) RETURN coalesce(n.id, n.name) AS to ORDER BY to`,
    );
    expect(records.map((record) => record.get('to'))).toEqual(['chess', 'post:b1']);
  });

  it('is refused under both', async () => {
    for (const user_id of [ID, OLD]) {
      await expect(world.happens({ by: user_id, does: 'login' })).rejects.toThrow();
    }
  });
});
