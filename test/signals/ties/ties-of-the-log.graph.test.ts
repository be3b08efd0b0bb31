import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { checkGraph } from '../../../src/graph/projection/check.ts';
import { rebuildGraph } from '../../../src/graph/projection/rebuild.ts';
import { connectionsOf } from '../../../src/signals/ties/connections.ts';
import { refreshTies } from '../../../src/signals/ties/refresh-ties.ts';
import { runTies } from '../../../src/signals/ties/run-ties.ts';
import { touchedBy } from '../../../src/signals/touched.ts';
import { createDatabase, dropDatabase, useGraph } from '../../support/stores.ts';
import { HISTORY, openWorld, type World } from '../../support/world.ts';

const lent = useGraph();
const ranking = DEFAULT_RANKING;
let world: World;
let database: { readonly name: string; readonly url: string };

beforeAll(async () => {
  database = await createDatabase('ties');
  world = await openWorld({ databaseUrl: database.url, graph: lent.graph });
  await world.happens(...HISTORY);
});
afterAll(async () => {
  await world.close();
  await dropDatabase(database.name);
});

const ports = () => ({ graph: lent.graph, ranking });

async function tiesNow(): Promise<readonly string[]> {
  const { records } = await lent.graph.driver.executeQuery(
    'MATCH (a:User)-[t:TIE]->(b:User) RETURN a.id AS from, b.id AS to ORDER BY from, to',
  );
  return records.map((record) => `${record.get('from')}>${record.get('to')}`);
}

/** What the refresher does: the rows after a position, whom they touched, and the ties around those. */
async function refreshAfter(position: number): Promise<void> {
  await refreshTies(ports(), touchedBy(await world.log.readFoldRows(position, 1_000)), world.clock.now());
}

describe('ties that follow the log', () => {
  it('are after a refresh what a full run makes of the same graph', async () => {
    await refreshAfter(0);
    expect(await tiesNow()).toEqual(
      expect.arrayContaining(['ann>bo', 'bo>ann', 'ann>cy', 'ann>di', 'di>ann', 'ann>ed']),
    );
    expect(await runTies(ports(), { now: world.clock.now() })).toMatchObject({ written: 0, deleted: 0 });
    const before = world.position();
    await world.happens(
      { by: 'gus', does: 'connection_request', with: 'bo' },
      { by: 'bo', does: 'connection_accept', with: 'gus' },
      { by: 'cy', does: 'unfollow', with: 'ann' },
      { by: 'ed', does: 'message', with: 'flo' },
    );
    await refreshAfter(before);
    expect(await tiesNow()).toEqual(expect.arrayContaining(['bo>gus', 'gus>ann']));
    expect(await runTies(ports(), { now: world.clock.now() })).toMatchObject({ written: 0, deleted: 0 });
  });

  it('are gone with a block, and back when it ends', async () => {
    const before = world.position();
    await world.happens({ by: 'di', does: 'block', with: 'ann' });
    await refreshAfter(before);
    expect((await tiesNow()).filter((tie) => tie === 'ann>di' || tie === 'di>ann')).toEqual([]);
    const blocked = world.position();
    world.clock.advance(1_000);
    await world.happens({ by: 'di', does: 'unblock', with: 'ann' });
    await refreshAfter(blocked);
    expect(await tiesNow()).toEqual(expect.arrayContaining(['ann>di', 'di>ann']));
  });

  it('are no part of the fold: its check does not see them, a rebuild takes them away, and the next run makes them anew', async () => {
    const before = await tiesNow();
    expect(before.length).toBeGreaterThan(0);
    const checked = await checkGraph({
      graph: lent.graph,
      log: world.log,
      ranking,
      deadLetters: async () => [],
      now: world.clock.now(),
    });
    expect(checked.differences).toEqual([]);
    await rebuildGraph({
      graph: lent.graph,
      log: world.log,
      ranking,
      titlesOf: async () => new Map(),
      recordDeadLetters: async () => undefined,
    });
    expect(await tiesNow()).toEqual([]);
    await runTies(ports(), { now: world.clock.now() });
    expect(await tiesNow()).toEqual(before);
  });
});

describe('the connections of a person', () => {
  const connections = (person: string, unveiled = false) =>
    connectionsOf(
      { graph: lent.graph, pool: world.pool, ranking },
      { person, limit: 20, now: world.clock.now(), unveiled },
    );
  const known = async (person: string, unveiled = false) =>
    new Map((await connections(person, unveiled)).map((connection) => [connection.person.id, connection]));

  it('are those to whom they turned, strongest first, each explained by its parts', async () => {
    const found = await connections('ann');
    expect(found.map(({ person }) => person.id)).toEqual(expect.arrayContaining(['bo', 'cy', 'di']));
    const strengths = found.map(({ strength }) => strength);
    expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
    for (const { strength, parts } of found) {
      const x = Object.values(parts).reduce((sum, part) => sum + part, 0);
      expect(strength).toBeCloseTo(1 - Math.exp(-x), 12);
    }
    expect((await known('ann')).get('bo')).toMatchObject({
      person: { name: 'Bo' },
      connected: true,
      follows: false,
      circle: null,
    });
    expect((await known('ann')).get('bo')?.since).toBeLessThan(world.clock.now());
  });

  it('tell of people one is not in touch with nothing but what one did oneself', async () => {
    // Ed wrote to Flo, who never answered; both engaged with what Gus asked.
    const ed = (await known('ed')).get('flo');
    expect(ed?.person.name, 'to write to somebody must not tell who they are').toBe('flo');
    expect(ed?.parts.outgoing).toBeGreaterThan(0);
    const whole = (await known('ed', true)).get('flo');
    expect(whole?.person.name).toBe('Flo');
    expect(whole?.parts.co_engagement).toBeGreaterThan(0);
    expect(ed?.parts).toMatchObject({ incoming: 0, co_engagement: 0, mutual_contacts: 0, mutual_connections: 0 });
  });

  it('Law 6: lose somebody at once who blocked them, before the graph has heard of it', async () => {
    expect([...(await known('ann')).keys()]).toContain('bo');
    await world.append({ by: 'bo', does: 'block', with: 'ann' });
    expect([...(await known('ann')).keys()]).not.toContain('bo');
    expect([...(await known('bo')).keys()]).not.toContain('ann');
  });
});
