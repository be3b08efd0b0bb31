import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RANKING } from '../../../src/activity/ranking.ts';
import { DAY_MS } from '../../../src/core/clock.ts';
import { AppError } from '../../../src/core/errors.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { lockProjection } from '../../../src/graph/projection/projection.ts';
import { refreshTies } from '../../../src/signals/ties/refresh-ties.ts';
import { runTies, type TiesProgress } from '../../../src/signals/ties/run-ties.ts';
import { useGraph } from '../../support/stores.ts';
import { NOW, obviousTies, randomSociety, type Society, store, storedTies, touchedBetween } from './random-people.ts';

const lent = useGraph();
const halfLifeMs = DEFAULT_RANKING.halfLifeMs.INTERACTED;
const ports = (caps = {}) => ({ graph: lent.graph, ranking: DEFAULT_RANKING, caps });
const stored = (now = NOW) => storedTies(lent.graph, now, halfLifeMs);

const society = (own: Partial<Society>): Society => ({
  interacted: new Map(),
  engaged: new Map(),
  connected: new Map(),
  blocked: new Set(),
  ...own,
});
const signal = (weight: number, asOf = NOW) => ({ weight, asOf });

beforeEach(() => lent.empty());

describe('the ties of random people', () => {
  it('are those of the definition, after a full run and after every refresh of whom a change touched', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(randomSociety, { minLength: 2, maxLength: 3 }), async (societies) => {
        await lent.empty();
        let before: Society | undefined;
        for (const after of societies) {
          await store(lent.graph, after);
          await (before === undefined
            ? runTies(ports(), { now: NOW })
            : refreshTies(ports(), touchedBetween(before, after), NOW));
          expect(await stored()).toEqual(obviousTies(after, NOW, halfLifeMs));
          before = after;
        }
        // The full run finds nothing to mend.
        expect(await runTies(ports(), { now: NOW })).toMatchObject({ written: 0, deleted: 0 });
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});

describe('a tie', () => {
  it('fades exactly: what is stored reads at any later time as if it were computed then', async () => {
    const world = society({
      interacted: new Map([
        ['ann>bo', signal(2)],
        ['bo>ann', signal(1, NOW - 3 * DAY_MS)],
        ['bo>cy', signal(1)],
      ]),
      engaged: new Map([
        ['ann>post:p1', signal(0.3)],
        ['cy>post:p1', signal(0.7)],
      ]),
      connected: new Map([['ann>bo', { circle: 'outer' as const }]]),
    });
    await store(lent.graph, world);
    await runTies(ports(), { now: NOW });
    const later = NOW + 11 * DAY_MS;
    expect(await stored(later)).toEqual(obviousTies(world, later, halfLifeMs));
    expect(await runTies(ports(), { now: later })).toMatchObject({ people: 6, written: 0, deleted: 0 });
  });

  it('goes with what it stood on', async () => {
    await store(lent.graph, society({ interacted: new Map([['ann>bo', signal(1)]]) }));
    await runTies(ports(), { now: NOW });
    expect([...(await stored()).keys()].sort()).toEqual(['ann>bo', 'bo>ann']);
    await store(lent.graph, society({}));
    expect(await refreshTies(ports(), { people: new Set(['ann']), connections: new Set() }, NOW)).toEqual({
      people: 1,
      written: 0,
      deleted: 2,
    });
    expect(await stored()).toEqual(new Map());
  });

  it('of a later moment stays when an earlier one knows nothing of it', async () => {
    await store(lent.graph, society({ interacted: new Map([['ann>bo', signal(1)]]) }));
    await runTies(ports(), { now: NOW + DAY_MS });
    await store(lent.graph, society({}));
    await refreshTies(ports(), { people: new Set(['ann']), connections: new Set() }, NOW);
    expect([...(await stored()).keys()].sort()).toEqual(['ann>bo', 'bo>ann']);
  });

  it('is written when the projector is not at work, so that neither throws the other out of a deadlock', async () => {
    await store(lent.graph, society({ interacted: new Map([['ann>bo', signal(1)]]) }));
    const blocked = async (): Promise<unknown> => {
      const { records } = await lent.graph.driver.executeQuery(
        "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN count(*) AS blocked",
      );
      return records[0]?.get('blocked');
    };
    let run: Promise<unknown> | undefined;
    await lent.graph.write(async (tx) => {
      await lockProjection(tx, ports().ranking);
      run = runTies(ports(), { now: NOW });
      await expect.poll(blocked, { timeout: 5_000 }).toBe(1);
    });
    await run;
    expect((await stored()).size).toBe(2);
  });

  it('is none between people of whom one blocked the other', async () => {
    const friends = new Map([
      ['ann>bo', { status: 'accepted' as const }],
      ['bo>ann', { status: 'accepted' as const }],
    ]);
    await store(lent.graph, society({ connected: friends }));
    await runTies(ports(), { now: NOW });
    expect((await stored()).size).toBe(2);
    await store(lent.graph, society({ connected: friends, blocked: new Set(['bo>ann']) }));
    await refreshTies(ports(), { people: new Set(['bo', 'ann']), connections: new Set() }, NOW);
    expect(await stored()).toEqual(new Map());
  });
});

describe('a refresh', () => {
  const friends = (...pairs: readonly string[]) =>
    new Map(
      pairs
        .flatMap((pair) => [pair, pair.split('>').reverse().join('>')])
        .map((key) => [key, { status: 'accepted' as const }]),
    );

  it('reaches the neighbours, between whom somebody with more contacts or connections than before counts less', async () => {
    const contacts = [
      ['ann>cy', signal(1)],
      ['bo>cy', signal(1)],
    ] as const;
    const before = society({ interacted: new Map(contacts), connected: friends('ann>di', 'bo>di') });
    const after = society({
      interacted: new Map([...contacts, ['cy>ed', signal(1)]]),
      connected: friends('ann>di', 'bo>di', 'di>flo'),
    });
    await store(lent.graph, before);
    await runTies(ports(), { now: NOW });
    await store(lent.graph, after);
    const touched = touchedBetween(before, after);
    expect([...touched.people, ...touched.connections].sort()).toEqual(['cy', 'di', 'ed', 'flo']);
    await refreshTies(ports(), touched, NOW);
    expect(await stored()).toEqual(obviousTies(after, NOW, halfLifeMs));
    // Cy has three contact edges now, and Di three connections.
    const between = (await stored()).get('ann>bo');
    expect(between?.['mutualContacts']).toBeCloseTo(1 / 3, 9);
    expect(between?.['mutualConnections']).toBeCloseTo(1 / Math.log(4), 9);
  });
});

describe('a refresh of ties', () => {
  const dealing = Array.from({ length: 14 }, (_, index) => `p${index}`);
  /** These people turn to Cy. */
  const turnToCy = async (people: readonly string[]): Promise<void> => {
    await lent.graph.driver.executeQuery(
      `MERGE (cy:User {id: 'cy'}) WITH cy UNWIND $people AS id
       MERGE (u:User {id: id}) MERGE (u)-[i:INTERACTED]->(cy) SET i.weight = 1.0, i.asOf = $now, i.lastAt = $now`,
      { people, now: NOW },
    );
  };
  const touched = { people: new Set(['cy', 'ed']), connections: new Set<string>() };

  it('that was cut off half-way reaches the neighbours when it is done again', async () => {
    await turnToCy(dealing);
    await runTies(ports(), { now: NOW });
    await turnToCy(['ed']);
    let computed = 0;
    const cut: Graph = {
      ...lent.graph,
      run: (query, params) => {
        computed += query.name === 'ties/of-person' ? 1 : 0;
        // After the first ten, of which Cy is one: the neighbours are still to come.
        return computed > 10
          ? Promise.reject(new AppError('GRAPH_UNAVAILABLE', 'Away'))
          : lent.graph.run(query, params);
      },
    };
    await expect(refreshTies({ ...ports(), graph: cut }, touched, NOW)).rejects.toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
    });
    await refreshTies(ports(), touched, NOW);
    // Cy has one contact edge more, and counts less between all who deal with Cy.
    expect(await runTies(ports(), { now: NOW })).toMatchObject({ people: 16, written: 0, deleted: 0 });
    expect((await stored()).get('p0>p1')?.['mutualContacts']).toBeCloseTo(1 / 15, 9);
  });

  it('and a full run pass over somebody whose ties can never be computed, and tell of them', async () => {
    await turnToCy([...dealing, 'ed']);
    const skipped: string[] = [];
    const isHeavy = (query: { readonly name: string }, params: unknown) =>
      query.name === 'ties/of-person' && (params as { userId: string }).userId === 'p3';
    const heavy: Graph = {
      ...lent.graph,
      run: (query, params) =>
        isHeavy(query, params) ? Promise.reject(new Error('Out of memory')) : lent.graph.run(query, params),
    };
    const sparing = { ...ports(), graph: heavy, onSkipped: (id: string) => void skipped.push(id) };
    expect(await runTies(sparing, { now: NOW })).toMatchObject({ people: 15, skipped: 1 });
    expect(skipped).toEqual(['p3']);
    expect([...(await stored()).keys()].filter((tie) => tie.endsWith('>cy')).sort()).toEqual(
      [...dealing, 'ed']
        .filter((person) => person !== 'p3')
        .map((person) => `${person}>cy`)
        .sort(),
    );
    await refreshTies(sparing, { people: new Set(['p3', 'ann', 'ed']), connections: new Set() }, NOW);
    expect(skipped).toEqual(['p3', 'p3']);
  });
});

describe('the caps', () => {
  it('keep the direct ties of a person, then the strongest', async () => {
    const contacts = [
      ['ann>bo', signal(0.01)],
      ['cy>ann', signal(1)],
      ['di>ann', signal(3)],
      ['ed>ann', signal(2)],
    ] as const;
    await store(lent.graph, society({ interacted: new Map(contacts) }));
    await runTies(ports({ keep: 2 }), { now: NOW });
    const ofAnn = async () => [...(await stored()).keys()].filter((key) => key.startsWith('ann>')).sort();
    expect(await ofAnn()).toEqual(['ann>bo', 'ann>di']);
    // Flo turns to Ann, whose own list is full.
    await store(lent.graph, society({ interacted: new Map([...contacts, ['flo>ann', signal(4)]]) }));
    await refreshTies(ports({ keep: 2 }), { people: new Set(['flo', 'ann']), connections: new Set() }, NOW);
    expect(await ofAnn()).toEqual(['ann>bo', 'ann>flo']);
  });

  it('keep few of the ties that rest on what two have in common alone', async () => {
    const liked = ['cy', 'di', 'ed'].flatMap((person, index) => [
      [`ann>post:p${index + 1}`, signal(index + 1)] as const,
      [`${person}>post:p${index + 1}`, signal(9)] as const,
    ]);
    const world = { interacted: new Map([['ann>bo', signal(0.01)]]), engaged: new Map(liked) };
    await store(lent.graph, society(world));
    const ofAnn = async () => [...(await stored()).keys()].filter((key) => key.startsWith('ann>')).sort();
    await runTies(ports(), { now: NOW });
    expect(await ofAnn()).toEqual(['ann>bo', 'ann>cy', 'ann>di', 'ann>ed']);
    await runTies(ports({ keepIndirect: 2 }), { now: NOW });
    expect(await ofAnn()).toEqual(['ann>bo', 'ann>di', 'ann>ed']);
    // Who finds Ann among their own does not make her list longer.
    await refreshTies(ports({ keepIndirect: 2 }), { people: new Set(['cy']), connections: new Set() }, NOW);
    expect(await ofAnn()).toEqual(['ann>bo', 'ann>di', 'ann>ed']);
  });

  it('leave nobody out whom the person is connected with, however many they dealt with lately', async () => {
    const contacts = ['bo', 'cy', 'ed'].map((person) => [`ann>${person}`, signal(1)] as const);
    const connected = new Map([['ann>di', { circle: 'inner' as const }]]);
    await store(lent.graph, society({ interacted: new Map(contacts), connected }));
    await runTies(ports({ limit: 2 }), { now: NOW });
    expect([...(await stored()).keys()]).toContain('ann>di');
  });

  it('take neither what a crowd engaged with nor who deals with very many for something in common', async () => {
    const like = signal(0.3);
    const world = society({
      engaged: new Map(['ann', 'bo', 'cy'].map((person) => [`${person}>post:p1`, like])),
      interacted: new Map(['ann', 'bo', 'cy'].map((person) => [`${person}>di`, like])),
    });
    await store(lent.graph, world);
    const between = async () => (await stored()).get('ann>bo');
    await runTies(ports({ maxEngagers: 3, maxContacts: 3 }), { now: NOW });
    expect(await between()).toMatchObject({ coEngagement: 0.3, mutualContacts: 0.1 });
    await runTies(ports({ maxEngagers: 2, maxContacts: 2 }), { now: NOW });
    expect(await between()).toBeUndefined();
  });

  it('leave the ties to somebody alone to whom too many turn to read them all', async () => {
    const world = society({ interacted: new Map(['bo', 'cy', 'di'].map((person) => [`${person}>ann`, signal(1)])) });
    await store(lent.graph, world);
    await runTies(ports({ maxIncoming: 2 }), { now: NOW });
    await refreshTies(ports({ maxIncoming: 2 }), { people: new Set(['ann']), connections: new Set() }, NOW);
    expect([...(await stored()).keys()].filter((key) => key.endsWith('>ann')).sort()).toEqual([
      'bo>ann',
      'cy>ann',
      'di>ann',
    ]);
  });
});

describe('a full run', () => {
  it('goes on where it was cut off', async () => {
    const people = Array.from({ length: 50 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    await lent.graph.driver.executeQuery(
      `UNWIND range(0, size($people) - 2) AS i
       MERGE (a:User {id: $people[i]}) MERGE (b:User {id: $people[i + 1]})
       CREATE (a)-[:INTERACTED {weight: 1.0, asOf: $now}]->(b)`,
      { people, now: NOW },
    );
    let reached: TiesProgress | undefined;
    const killed = runTies(ports(), {
      now: NOW,
      onProgress: async (progress) => {
        reached = progress;
        throw new Error('Killed');
      },
    });
    await expect(killed).rejects.toThrow('Killed');
    expect(reached).toMatchObject({ people: 20, after: 'p19' });
    expect(await runTies(ports(), { now: NOW, progress: reached })).toMatchObject({ people: 50, after: 'p49' });
    expect(await runTies(ports(), { now: NOW })).toMatchObject({ people: 50, written: 0, deleted: 0 });
  });
});
