import fc from 'fast-check';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { FoldRow } from '../../src/activity/fold-row.ts';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { DAY_MS } from '../../src/core/clock.ts';
import { AppError } from '../../src/core/errors.ts';
import { bringForwardEdges } from '../../src/graph/decay.ts';
import { applyBatch } from '../../src/graph/projection/apply-batch.ts';
import { checkGraph } from '../../src/graph/projection/check.ts';
import { readProjection } from '../../src/graph/projection/projection.ts';
import { rebuildGraph } from '../../src/graph/projection/rebuild.ts';
import { createProjector } from '../../src/ingest/projector.ts';
import { useGraph } from '../support/stores.ts';
import { inMemoryLog } from './in-memory-log.ts';
import { dumpDifferences, dumpGraph, randomRows, referenceFold, rowsOf, signal, structure, T0 } from './rows.ts';

const lent = useGraph();
const ranking = DEFAULT_RANKING;
const NOW = T0 + 21 * DAY_MS;

type Source = ReturnType<typeof inMemoryLog>;
const portsOf = (source: Source) => ({ ...source, graph: lent.graph, ranking });

/** A source whose rows are in the graph. */
async function projected(rows: readonly FoldRow[]): Promise<Source> {
  await lent.empty();
  const source = inMemoryLog(rows);
  await applyBatch(portsOf(source), 0, rows);
  return source;
}

function check(source: Source, own: { peoplePerPage?: number } = {}) {
  const deadLetters = async (after: number, upTo: number) =>
    [...source.deadLetters.keys()].filter((position) => position > after && position <= upTo);
  return checkGraph({ graph: lent.graph, log: source.log, ranking, deadLetters, now: NOW, ...own });
}

async function byHand(cypher: string): Promise<void> {
  await lent.graph.driver.executeQuery(cypher);
}

const SOME = rowsOf([
  { signals: [signal(), signal({ person: 'cy', kind: 'share' })] },
  { structure: structure({ community: 'club', replyTo: 'question:q1' }) },
  { changes: [{ edge: 'CONNECTED', from: 'ann', to: 'bo', fact: 'follow', value: true, since: T0 }] },
  { changes: [{ edge: 'SUPPRESSED', from: 'ann', to: 'user:cy', reason: 'mute', on: true, at: T0 }] },
  { changes: [{ edge: 'MEMBER_OF', from: 'ann', to: 'club', on: true, since: T0 }] },
  { changes: [{ edge: 'INTERESTED_IN', from: 'ann', to: 'tea', declared: true }] },
  { structure: structure({ object: 'community:club', author: null, tags: [] }) },
]);

beforeEach(() => lent.empty());

describe('Law 3: a rebuild', () => {
  it.each([1, 7, 500])('in batches of %i gives the live graph again', async (batchSize) => {
    await fc.assert(
      fc.asyncProperty(randomRows, async (rows) => {
        const source = await projected(rows);
        const live = await dumpGraph(lent.graph, NOW);
        expect(await rebuildGraph({ ...portsOf(source), batchSize })).toBe(rows.length);
        expect(dumpDifferences(live, await dumpGraph(lent.graph, NOW))).toEqual([]);
      }),
      { numRuns: 4 },
    );
  });

  it('takes away derived edges and what foreign hands left, and sets aside again what cannot be folded', async () => {
    const bad = rowsOf([...SOME, { signals: [signal({ kind: 'teleport' })] }]);
    const source = await projected(bad);
    await byHand(
      "MATCH (a:User {id: 'ann'}), (b:User {id: 'bo'}) CREATE (a)-[:TIE {fading: 1.0}]->(b), (:User {id: 'eve'})",
    );
    source.deadLetters.clear();
    await rebuildGraph(portsOf(source));
    expect([...source.deadLetters.keys()]).toEqual([8]);
    expect(dumpDifferences(referenceFold(SOME, NOW), await dumpGraph(lent.graph, NOW))).toEqual([]);
    expect((await check(source)).differences).toEqual([]);
  });

  it('forgets the dead letters of former times, so that what can be folded now counts again', async () => {
    const source = await projected(SOME);
    const [first] = SOME;
    source.deadLetters.set(1, { position: 1, uid: first?.uid ?? '', kind: 'like', code: 'FOLD_FAILED', message: '' });
    expect((await check(source)).differences).not.toEqual([]);
    await rebuildGraph(portsOf(source));
    expect(source.deadLetters.size).toBe(0);
    expect((await check(source)).differences).toEqual([]);
  });

  it('that was killed at any moment goes on where it was', async () => {
    const source = await projected(SOME);
    let calls = 0;
    let killAt = 0;
    const mortal = {
      ...portsOf(source),
      batchSize: 2,
      graph: {
        ...lent.graph,
        write: <T>(work: Parameters<typeof lent.graph.write<T>>[0]): Promise<T> => {
          calls += 1;
          return calls === killAt
            ? Promise.reject(new AppError('GRAPH_UNAVAILABLE', 'Killed'))
            : lent.graph.write(work);
        },
      },
    };
    for (killAt = 1; killAt <= 9; killAt += 1) {
      calls = 0;
      const outcome = await rebuildGraph(mortal).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        await rebuildGraph({ ...portsOf(source), batchSize: 3 });
      }
      expect(await readProjection(lent.graph)).toMatchObject({ position: 7, rebuilding: false });
      expect(dumpDifferences(referenceFold(SOME, NOW), await dumpGraph(lent.graph, NOW))).toEqual([]);
    }
  });

  it('says so until it is over, and a projector that runs finishes one that was cut off', async () => {
    const source = await projected(SOME);
    const states: string[] = [];
    const cutOff = rebuildGraph({
      ...portsOf(source),
      batchSize: 2,
      onProgress(state) {
        states.push(`${state.phase} ${state.position}`);
        if (state.position === 4) {
          throw new Error('Killed');
        }
      },
    });
    await expect(cutOff).rejects.toThrow('Killed');
    expect(states).toEqual(['clearing 0', 'folding 0', 'folding 2', 'folding 4']);
    expect(await readProjection(lent.graph)).toMatchObject({ rebuilding: true, rebuildTo: 7 });
    await expect(check(source)).rejects.toMatchObject({ code: 'GRAPH_REBUILDING' });
    const projector = createProjector({
      ...portsOf(source),
      logger: pino({ level: 'silent' }),
      clock: { now: () => NOW },
    });
    onTestFinished(() => projector.stop());
    projector.start();
    expect(await projector.waitFor(7, 20_000)).toBe(true);
    await projector.stop();
    expect((await readProjection(lent.graph)).rebuilding).toBe(false);
    expect(dumpDifferences(referenceFold(SOME, NOW), await dumpGraph(lent.graph, NOW))).toEqual([]);
  });

  it('beside a running projector with new rows coming in is exact, and the projector follows', async () => {
    const source = await projected(SOME);
    const projector = createProjector({
      ...portsOf(source),
      logger: pino({ level: 'silent' }),
      clock: { now: () => NOW },
      batchSize: 3,
      pollMs: 5,
    });
    onTestFinished(() => projector.stop());
    projector.start();
    const more = rowsOf(Array.from({ length: 40 }, () => ({ signals: [signal()] }))).slice(SOME.length);
    const rebuilt = rebuildGraph({ ...portsOf(source), batchSize: 1 });
    for (const row of more) {
      source.append([row]);
      await projector.waitFor(row.position, 20);
    }
    await rebuilt;
    await expect.poll(async () => (await readProjection(lent.graph)).position).toBe(40);
    await projector.stop();
    expect(dumpDifferences(referenceFold(source.rows, NOW), await dumpGraph(lent.graph, NOW))).toEqual([]);
  });

  it('folds under new settings where the former ones stopped the projector', async () => {
    const source = await projected(SOME);
    const other = { ...ranking, weights: { ...ranking.weights, like: 0.4 } };
    await rebuildGraph({ ...portsOf(source), ranking: other });
    expect(dumpDifferences(referenceFold(SOME, NOW, other), await dumpGraph(lent.graph, NOW))).toEqual([]);
    await expect(check(source)).rejects.toMatchObject({ code: 'GRAPH_REBUILD_NEEDED' });
  });

  it('of an empty log leaves an empty graph', async () => {
    await byHand("CREATE (:User {id: 'eve'})");
    expect(await rebuildGraph(portsOf(inMemoryLog()))).toBe(0);
    expect(await readProjection(lent.graph)).toMatchObject({ position: 0, rebuilding: false });
    expect(await dumpGraph(lent.graph, NOW)).toEqual(new Map());
  });
});

describe('the check', () => {
  it('finds nothing in any graph that the projector made, decayed or not', async () => {
    await fc.assert(
      fc.asyncProperty(randomRows, fc.boolean(), async (rows, decayed) => {
        const source = await projected(rows);
        if (decayed) {
          await bringForwardEdges(lent.graph, { ranking, now: NOW - DAY_MS });
        }
        const result = await check(source, { peoplePerPage: 2 });
        expect(result.differences).toEqual([]);
        expect(result.position).toBe(rows.length);
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['a changed weight', "MATCH (:User {id: 'ann'})-[e:ENGAGED]->() SET e.weight = e.weight * 1.000001", 'different'],
    ['a later lastAt', "MATCH (:User {id: 'ann'})-[e:ENGAGED]->() SET e.lastAt = e.lastAt + 1", 'different'],
    ['a foreign property', "MATCH (:User {id: 'ann'})-[e:ENGAGED]->() SET e.boost = 2", 'different'],
    ['a weight that is text', "MATCH (:User {id: 'ann'})-[e:ENGAGED]->() SET e.weight = 'much'", 'different'],
    ['a deleted edge', "MATCH (:User {id: 'ann'})-[e:ENGAGED]->() DELETE e", 'missing'],
    ['a doubled edge', 'MATCH (a)-[e:ENGAGED]->(b) CREATE (a)-[f:ENGAGED]->(b) SET f = e', 'extra'],
    [
      'an edge of nobody',
      "MATCH (a:User {id: 'bo'}), (b:Tag) CREATE (a)-[:INTERESTED_IN {weight: 1.0, asOf: 0.0}]->(b)",
      'extra',
    ],
    ['a changed connection', 'MATCH ()-[e:CONNECTED]->() SET e.circle = "inner"', 'different'],
    ['a deleted connection', 'MATCH ()-[e:CONNECTED]->() DELETE e', 'missing'],
    ['a deleted suppression', 'MATCH ()-[e:SUPPRESSED]->() DELETE e', 'missing'],
    ['another reason of a suppression', "MATCH ()-[e:SUPPRESSED]->() SET e.reason = 'block'", 'missing'],
    ['a deleted membership', 'MATCH ()-[e:MEMBER_OF]->() DELETE e', 'missing'],
    ['an undeclared interest', 'MATCH ()-[e:INTERESTED_IN {declared: true}]->() REMOVE e.declared', 'different'],
    [
      'another author',
      "MATCH (:User)-[e:AUTHORED]->(c) MATCH (u:User {id: 'ann'}) DELETE e CREATE (u)-[:AUTHORED]->(c)",
      'different',
    ],
    ['a deleted tag of content', 'MATCH ()-[e:TAGGED]->() DELETE e', 'different'],
    ['content out of its community', 'MATCH ()-[e:POSTED_IN]->() DELETE e', 'different'],
    ['a deleted reply', 'MATCH ()-[e:REPLY_TO]->() DELETE e', 'different'],
    ['another visibility', "MATCH (c:Content {id: 'post:p1'}) SET c.visibility = 'private'", 'different'],
    ['another engagement', "MATCH (c:Content {id: 'post:p1'}) SET c.storedEngagement = 7.0", 'different'],
    ['a lost label', "MATCH (c:Content {id: 'post:p1'}) REMOVE c:Post", 'different'],
    ['a changed community', "MATCH (c:Community) SET c.visibility = 'private'", 'different'],
    ['a foreign person', "CREATE (:User {id: 'eve'})", 'extra'],
    ['foreign content', "CREATE (:Content {id: 'post:eve'})", 'extra'],
    ['a foreign community', "CREATE (:Community {id: 'eve'})", 'extra'],
    ['a deleted person', "MATCH (u:User {id: 'cy'}) DETACH DELETE u", 'missing'],
    ['deleted content', "MATCH (c:Content {id: 'question:q1'}) DETACH DELETE c", 'missing'],
  ])('finds %s', async (_what, cypher, kind) => {
    const source = await projected(SOME);
    await byHand(cypher);
    const { differences } = await check(source);
    expect(differences.map(({ what }) => what)).toContain(kind);
    expect(differences.length).toBeLessThanOrEqual(4);
  });

  it('finds nothing while the projector goes on and new people come', async () => {
    const source = await projected(SOME);
    const more = rowsOf(
      Array.from({ length: 60 }, (_, index) => ({
        signals: [signal({ person: `${index % 2 === 0 ? 'a' : 'z'}${index}`, content: `post:n${index}` })],
      })),
    ).slice(SOME.length);
    source.append(more);
    const going = (async () => {
      for (const row of more) {
        await applyBatch(portsOf(source), row.position - 1, [row]);
      }
    })();
    const result = await check(source, { peoplePerPage: 1 });
    await going;
    expect(result.differences).toEqual([]);
    expect((await check(source)).position).toBe(60);
  });
});
