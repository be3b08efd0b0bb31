import fc from 'fast-check';
import type { Circle } from '../../../src/activity/fold-row.ts';
import { DEFAULT_TIE_CONSTANTS } from '../../../src/activity/tie.ts';
import { DAY_MS } from '../../../src/core/clock.ts';
import type { Graph } from '../../../src/graph/graph.ts';

/** A small graph of people as plain data, its slow and obvious ties, and how both are brought to and from Neo4j. */

export const NOW = Date.UTC(2026, 0, 20);
const PEOPLE = ['ann', 'bo', 'cy', 'di', 'ed', 'flo'];
const CONTENTS = ['post:p1', 'post:p2', 'post:p3'];

interface Weighted {
  readonly weight: number;
  readonly asOf: number;
}
interface Relation {
  readonly status?: 'requested' | 'accepted';
  readonly follows?: true;
  readonly circle?: Circle;
}

/** Edges by `from>to`. */
export interface Society {
  readonly interacted: ReadonlyMap<string, Weighted>;
  readonly engaged: ReadonlyMap<string, Weighted>;
  readonly connected: ReadonlyMap<string, Relation>;
  readonly blocked: ReadonlySet<string>;
}

const weighted: fc.Arbitrary<Weighted> = fc.record({
  weight: fc.oneof(fc.double({ min: 0.05, max: 4, noNaN: true }), fc.constant(-1e-17)),
  asOf: fc.integer({ min: 0, max: 20 }).map((days) => NOW - days * DAY_MS),
});
const somebody = fc.constantFrom(...PEOPLE);
const pair = fc
  .tuple(somebody, somebody)
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => `${from}>${to}`);
const onContent = fc.tuple(somebody, fc.constantFrom(...CONTENTS)).map(([from, to]) => `${from}>${to}`);
const wish: fc.Arbitrary<Relation> = fc.oneof(
  fc.constant({ follows: true as const }),
  fc.constantFrom('inner' as const, 'outer' as const, 'universal' as const).map((circle) => ({ circle })),
  fc.constant({ status: 'requested' as const }),
);

function entries<T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>, maxLength: number) {
  return fc.array(fc.tuple(key, value), { maxLength }).map((list) => new Map(list));
}

export const randomSociety: fc.Arbitrary<Society> = fc
  .record({
    interacted: entries(pair, weighted, 14),
    engaged: entries(onContent, weighted, 12),
    wishes: entries(pair, wish, 5),
    friends: fc.array(pair, { maxLength: 6 }),
    blocked: fc.array(pair, { maxLength: 2 }).map((list) => new Set(list)),
  })
  .map(({ wishes, friends, ...rest }) => ({ ...rest, connected: withFriends(wishes, friends) }));

/** An accepted connection stands on the edges of both sides. */
function withFriends(wishes: ReadonlyMap<string, Relation>, friends: readonly string[]): Map<string, Relation> {
  const connected = new Map(wishes);
  for (const key of friends.flatMap((friend) => [friend, friend.split('>').reverse().join('>')])) {
    connected.set(key, { ...connected.get(key), status: 'accepted' });
  }
  return connected;
}

/** Whom a change from the one to the other touches, as the log would tell. */
export function touchedBetween(before: Society, after: Society) {
  const ends = (keys: readonly string[]): string[] => keys.flatMap((key) => key.split('>'));
  const changed = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): string[] =>
    [...new Set([...a.keys(), ...b.keys()])].filter((key) => JSON.stringify(a.get(key)) !== JSON.stringify(b.get(key)));
  const blocks = [...new Set([...before.blocked, ...after.blocked])].filter(
    (key) => before.blocked.has(key) !== after.blocked.has(key),
  );
  const engagers = changed(before.engaged, after.engaged).map((key) => key.split('>')[0] ?? '');
  return {
    people: new Set([...ends(changed(before.interacted, after.interacted)), ...engagers, ...ends(blocks)]),
    connections: new Set(ends(changed(before.connected, after.connected))),
  };
}

/** Makes the graph what the society is; ties and notes about them stay. */
export async function store(graph: Graph, society: Society): Promise<void> {
  const run = (text: string, parameters: object) => graph.driver.executeQuery(text, parameters as never);
  await run('UNWIND $people AS id MERGE (:User {id: id})', { people: PEOPLE });
  await run('UNWIND $contents AS id MERGE (:Content {id: id})', { contents: CONTENTS });
  await run('MATCH (:User)-[e:INTERACTED|ENGAGED|CONNECTED|SUPPRESSED]->() DELETE e', {});
  const rows = <T>(edges: ReadonlyMap<string, T>) =>
    [...edges].map(([key, value]) => ({ from: key.split('>')[0], to: key.split('>')[1], value }));
  const between = 'UNWIND $rows AS row MATCH (a:User {id: row.from}) MATCH (b {id: row.to}) ';
  await run(`${between} CREATE (a)-[e:INTERACTED]->(b) SET e = row.value`, { rows: rows(society.interacted) });
  await run(`${between} CREATE (a)-[e:ENGAGED]->(b) SET e = row.value`, { rows: rows(society.engaged) });
  await run(`${between} CREATE (a)-[e:CONNECTED]->(b) SET e = row.value`, { rows: rows(society.connected) });
  await run(`${between} CREATE (a)-[:SUPPRESSED {reason: 'block', at: 0}]->(b)`, {
    rows: rows(new Map([...society.blocked].map((key) => [key, null]))),
  });
}

/** The numbers of each tie as of one moment, to nine digits, by `from>to`. */
export type Ties = ReadonlyMap<string, Readonly<Record<string, number>>>;

export async function storedTies(graph: Graph, now: number, halfLifeMs: number): Promise<Ties> {
  const { records } = await graph.driver.executeQuery(
    'MATCH (a:User)-[t:TIE]->(b:User) RETURN a.id AS from, b.id AS to, properties(t) AS tie',
  );
  return new Map(
    records.map((record) => {
      const tie = record.get('tie') as Record<string, number>;
      const left = 2 ** (-(now - (tie['asOf'] ?? 0)) / halfLifeMs);
      const faded = (part: string) => rounded((tie[part] ?? 0) * left);
      return [
        `${record.get('from')}>${record.get('to')}`,
        {
          fading: faded('fading'),
          standing: rounded(tie['standing'] ?? 0),
          mutualContacts: faded('mutualContacts'),
          coEngagement: faded('coEngagement'),
          mutualConnections: rounded(tie['mutualConnections'] ?? 0),
        },
      ];
    }),
  );
}

const rounded = (value: number): number => Number(value.toFixed(9)) + 0;

/** The ties that a society should have, pair by pair, straight from the definition. */
export function obviousTies(society: Society, now: number, halfLifeMs: number): Ties {
  const read = (edges: ReadonlyMap<string, Weighted>, from: string, to: string): number => {
    const edge = edges.get(`${from}>${to}`);
    const weight = edge === undefined ? 0 : edge.weight * 2 ** (-(now - edge.asOf) / halfLifeMs);
    return Math.max(weight, 0);
  };
  const contact = (a: string, b: string) => read(society.interacted, a, b) + read(society.interacted, b, a);
  const contactEdges = (a: string) => [...society.interacted.keys()].filter((key) => key.split('>').includes(a)).length;
  const isFriend = (a: string, b: string) => society.connected.get(`${a}>${b}`)?.status === 'accepted';
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  const found = new Map<string, Record<string, number>>();
  for (const me of PEOPLE) {
    for (const other of PEOPLE.filter((person) => person !== me)) {
      const others = PEOPLE.filter((person) => person !== me && person !== other);
      const [outgoing, incoming] = [read(society.interacted, me, other), read(society.interacted, other, me)];
      const mutualContacts = sum(
        others.map((w) => Math.min(contact(me, w), contact(w, other)) / Math.max(contactEdges(w), 1)),
      );
      const coEngagement = sum(
        CONTENTS.map((content) => Math.min(read(society.engaged, me, content), read(society.engaged, other, content))),
      );
      const mutualConnections = sum(
        others
          .filter((w) => isFriend(me, w) && isFriend(w, other))
          .map((w) => 1 / Math.log(1 + PEOPLE.filter((person) => isFriend(w, person)).length)),
      );
      const relation = society.connected.get(`${me}>${other}`);
      const worth = DEFAULT_TIE_CONSTANTS.standing;
      const standing =
        Math.max(
          relation?.status === 'accepted' ? worth.accepted : 0,
          relation?.follows === true ? worth.follows : 0,
          relation?.circle === undefined ? 0 : worth[relation.circle],
        ) +
        DEFAULT_TIE_CONSTANTS.mutualConnections * mutualConnections;
      const fading =
        outgoing +
        0.5 * incoming +
        0.5 * Math.min(outgoing, incoming) +
        DEFAULT_TIE_CONSTANTS.mutualContacts * mutualContacts +
        DEFAULT_TIE_CONSTANTS.coEngagement * coEngagement;
      const blocked = society.blocked.has(`${me}>${other}`) || society.blocked.has(`${other}>${me}`);
      if (!blocked && fading + standing >= 1e-9) {
        found.set(`${me}>${other}`, {
          fading: rounded(fading),
          standing: rounded(standing),
          mutualContacts: rounded(mutualContacts),
          coEngagement: rounded(coEngagement),
          mutualConnections: rounded(mutualConnections),
        });
      }
    }
  }
  return found;
}
