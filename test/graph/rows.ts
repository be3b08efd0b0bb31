import fc from 'fast-check';
import { edgeSignals } from '../../src/activity/edge-signals.ts';
import type { Change, FoldRow, Joining, Signal, Structure } from '../../src/activity/fold-row.ts';
import { DEFAULT_RANKING, type Ranking } from '../../src/activity/ranking.ts';
import { contentLabel } from '../../src/activity/reference.ts';
import { DAY_MS } from '../../src/core/clock.ts';
import type { Graph } from '../../src/graph/graph.ts';

/** Rows as the log would give them, made by hand or at random, and the slow obvious fold of them. */

export const T0 = Date.UTC(2026, 0, 1);

export function signal(own: Partial<Signal> = {}): Signal {
  return {
    sign: 1,
    at: T0,
    kind: 'like',
    person: 'ann',
    content: 'post:p1',
    target: null,
    author: 'bo',
    tags: ['cats'],
    durationSeconds: null,
    scrollDepthPercentage: null,
    ...own,
  };
}

export function structure(own: Partial<Structure> = {}): Structure {
  return {
    object: 'post:p1',
    createdAt: T0,
    author: 'bo',
    tags: ['cats'],
    community: null,
    replyTo: null,
    visibility: 'public',
    deletedAt: null,
    ...own,
  };
}

export type RowContent = Partial<Pick<FoldRow, 'kind' | 'signals' | 'changes' | 'structure'>>;

/** Gives contents the positions 1, 2, 3 … */
export function rowsOf(contents: readonly RowContent[]): FoldRow[] {
  return contents.map((content, index) => ({
    position: index + 1,
    uid: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
    kind: 'like',
    signals: [],
    changes: [],
    structure: null,
    ...content,
  }));
}

const person = fc.constantFrom('ann', 'bo', 'cy', 'di');
const content = fc.constantFrom('post:p1', 'post:p2', 'image:i1', 'poem:x');
const tag = fc.constantFrom('cats', 'chess', 'tea');
const tags = fc.uniqueArray(tag, { maxLength: 3 }).map((list) => list.sort());
const community = fc.constantFrom('club', 'guild');
const time = fc.integer({ min: 0, max: 20 * DAY_MS }).map((ms) => T0 + ms);

const randomSignal: fc.Arbitrary<Signal> = fc.record({
  sign: fc.constant<1>(1),
  at: time,
  kind: fc.constantFrom('view', 'like', 'comment', 'share', 'message', 'time_spent', 'search', 'media_play'),
  person,
  content: fc.option(content),
  target: fc.option(person),
  author: fc.option(person),
  tags,
  durationSeconds: fc.option(fc.integer({ min: 0, max: 600 })),
  scrollDepthPercentage: fc.option(fc.integer({ min: 0, max: 100 })),
});

const randomChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    edge: fc.constant('CONNECTED' as const),
    from: person,
    to: person,
    fact: fc.constant('connection' as const),
    value: fc.constantFrom('requested' as const, 'accepted' as const, null),
    since: time,
  }),
  fc.record({
    edge: fc.constant('CONNECTED' as const),
    from: person,
    to: person,
    fact: fc.constant('follow' as const),
    value: fc.constantFrom(true as const, null),
    since: time,
  }),
  fc.record({
    edge: fc.constant('CONNECTED' as const),
    from: person,
    to: person,
    fact: fc.constant('circle' as const),
    value: fc.constantFrom('inner' as const, 'universal' as const, null),
    since: time,
  }),
  fc.record({
    edge: fc.constant('SUPPRESSED' as const),
    from: person,
    to: fc.constantFrom('post:p1', 'user:bo', 'tag:cats', 'community:club'),
    reason: fc.constantFrom('hide' as const, 'mute' as const, 'report' as const),
    on: fc.boolean(),
    at: time,
  }),
  fc.record({ edge: fc.constant('MEMBER_OF' as const), from: person, to: community, on: fc.boolean(), since: time }),
  fc.record({ edge: fc.constant('INTERESTED_IN' as const), from: person, to: tag, declared: fc.boolean() }),
);

const randomStructure: fc.Arbitrary<Structure> = fc.record({
  object: fc.oneof(content, fc.constant('community:club')),
  createdAt: fc.option(time),
  author: fc.option(person),
  tags,
  community: fc.option(community),
  replyTo: fc.option(fc.constantFrom('post:p1', 'question:q1', 'user:bo')),
  visibility: fc.constantFrom('public' as const, 'private' as const),
  deletedAt: fc.option(time, { freq: 4 }),
});

const randomJoining: fc.Arbitrary<RowContent> = fc
  .tuple(person, person)
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => ({ kind: 'alias', changes: [{ edge: 'ALIAS', from, to }] }));

const randomActivity = fc.record({
  signals: fc.array(randomSignal, { maxLength: 2 }),
  changes: fc.array(randomChange, { maxLength: 2 }),
  structure: fc.option(randomStructure, { nil: null }),
});

const randomContent: fc.Arbitrary<RowContent> = fc.oneof(
  { weight: 12, arbitrary: randomActivity },
  { weight: 1, arbitrary: randomJoining },
);

/** Random rows; about a third of the signals are taken back by a later row. */
export const randomRows: fc.Arbitrary<FoldRow[]> = fc
  .array(fc.tuple(randomContent, fc.nat({ max: 2 })), { minLength: 1, maxLength: 40 })
  .map((drawn) => {
    const contents = drawn.map(([row]) => row);
    const takenBack = drawn
      .filter(([row, fate]) => fate === 0 && (row.signals ?? []).length > 0)
      .map(([row]) => ({ signals: (row.signals ?? []).map((begun): Signal => ({ ...begun, sign: -1 })) }));
    return rowsOf([...contents, ...takenBack]);
  });

export type Dump = Map<string, Record<string, unknown>>;

/** The graph of the rows at `now` by the law itself: Σ s · 2^(−(now − t)/h), and the last word on everything else. */
export function referenceFold(rows: readonly FoldRow[], now: number, ranking: Ranking = DEFAULT_RANKING): Dump {
  const dump: Dump = new Map();
  const entry = (key: string): Record<string, unknown> => {
    const known = dump.get(key) ?? {};
    dump.set(key, known);
    return known;
  };
  for (const row of rows) {
    for (const each of row.signals) {
      applySignal(each, entry, now, ranking);
    }
    for (const change of row.changes) {
      applyChange(change, entry, dump);
    }
    if (row.structure !== null) {
      applyStructure(row.structure, entry, dump);
    }
  }
  for (const [key, edge] of dump) {
    if (/^(CONNECTED|INTERESTED_IN) /.test(key) && Object.values(edge).every((value) => value === null)) {
      dump.delete(key);
    }
  }
  return dump;
}

type Entry = (key: string) => Record<string, unknown>;

function applySignal(each: Signal, entry: Entry, now: number, ranking: Ranking): void {
  for (const added of edgeSignals(each, ranking)) {
    const faded = added.weight * 2 ** (-(now - added.at) / ranking.halfLifeMs[added.edge]);
    const edge = entry(`${added.edge} ${added.from} > ${added.to}`);
    edge['weight'] = Number(edge['weight'] ?? 0) + faded;
    if (each.sign === 1) {
      edge['lastAt'] = Math.max(Number(edge['lastAt'] ?? 0), each.at);
    }
    if (added.edge === 'ENGAGED') {
      const everybody = entry(`ENGAGED everybody > ${added.to}`);
      everybody['weight'] = Number(everybody['weight'] ?? 0) + faded;
    }
  }
}

function applyChange(change: Change, entry: Entry, dump: Dump): void {
  switch (change.edge) {
    case 'CONNECTED':
      Object.assign(entry(`CONNECTED ${change.from} > ${change.to}`), connectionOf(change));
      return;
    case 'INTERESTED_IN':
      entry(`INTERESTED_IN ${change.from} > ${change.to}`)['declared'] = change.declared || null;
      return;
    case 'MEMBER_OF':
      setOrDelete(dump, `MEMBER_OF ${change.from} > ${change.to}`, change.on, { since: change.since });
      return;
    case 'ALIAS':
      applyJoining(change, dump);
      return;
    default: {
      const to = change.to.replace(/^(user|tag|community):/, '');
      setOrDelete(dump, `SUPPRESSED ${change.from} > ${to} ${change.reason}`, change.on, { at: change.at });
    }
  }
}

/** Every edge of the one becomes one of the other; of facts the other's own stay. */
function applyJoining({ from, to }: Joining, dump: Dump): void {
  for (const [key, edge] of [...dump]) {
    const [, type = '', a = '', b = '', reason = ''] = /^(\S+) (\S+) > (\S+)( \S+)?$/u.exec(key) ?? [];
    if (a !== from && b !== from) {
      continue;
    }
    dump.delete(key);
    const [start, end] = [a === from ? to : a, b === from ? to : b];
    const moved = `${type} ${start} > ${end}${reason}`;
    const known = dump.get(moved);
    if (type === 'AUTHORED') {
      dump.set(moved, {});
    } else if (/^(ENGAGED|INTERACTED|INTERESTED_IN)$/.test(type) && start !== end && 'weight' in edge) {
      const lastAt = Math.max(Number(known?.['lastAt'] ?? 0), Number(edge['lastAt'] ?? 0));
      dump.set(moved, {
        ...known,
        weight: Number(known?.['weight'] ?? 0) + Number(edge['weight']),
        ...(lastAt > 0 ? { lastAt } : {}),
      });
    }
  }
}

function connectionOf(change: Change & { readonly edge: 'CONNECTED' }): Record<string, unknown> {
  if (change.fact === 'connection') {
    return { status: change.value, since: change.value === null ? null : change.since };
  }
  return change.fact === 'follow' ? { follows: change.value } : { circle: change.value };
}

function setOrDelete(dump: Dump, key: string, on: boolean, properties: Record<string, unknown>): void {
  if (on) {
    dump.set(key, properties);
  } else {
    dump.delete(key);
  }
}

function applyStructure(described: Structure, entry: Entry, dump: Dump): void {
  const { object, createdAt, visibility, deletedAt } = described;
  const community = object.startsWith('community:');
  const node = entry(community ? `Community ${object.slice('community:'.length)}` : `Content ${object}`);
  Object.assign(node, { createdAt, visibility, deletedAt });
  if (community) {
    return;
  }
  for (const key of [...dump.keys()]) {
    const outgoing = /^(TAGGED|POSTED_IN|REPLY_TO) /.test(key) && key.includes(` ${object} > `);
    if (outgoing || (key.startsWith('AUTHORED ') && key.endsWith(` > ${object}`))) {
      dump.delete(key);
    }
  }
  if (described.author !== null) {
    dump.set(`AUTHORED ${described.author} > ${object}`, {});
  }
  for (const each of described.tags) {
    dump.set(`TAGGED ${object} > ${each}`, {});
  }
  if (described.community !== null) {
    dump.set(`POSTED_IN ${object} > ${described.community}`, {});
  }
  if (described.replyTo !== null && !described.replyTo.startsWith('user:')) {
    dump.set(`REPLY_TO ${object} > ${described.replyTo}`, {});
  }
}

/** What is in the live graph at `now`, in the form of `referenceFold`. */
export async function dumpGraph(graph: Graph, now: number, ranking: Ranking = DEFAULT_RANKING): Promise<Dump> {
  const dump: Dump = new Map();
  const edges = await graph.driver.executeQuery(
    `MATCH (a)-[e]->(b) RETURN type(e) AS type, coalesce(a.id, a.name) AS from, coalesce(b.id, b.name) AS to, properties(e) AS p`,
  );
  for (const record of edges.records) {
    const { type, from, to, p } = record.toObject() as {
      type: string;
      from: string;
      to: string;
      p: Record<string, unknown>;
    };
    const { asOf, reason, weight, ...rest } = p;
    const key = `${type} ${from} > ${to}${reason === undefined ? '' : ` ${reason}`}`;
    if (dump.has(key)) {
      throw new Error(`${key} is there twice`);
    }
    const halfLife = ranking.halfLifeMs[type as 'ENGAGED'];
    const faded = weight === undefined ? {} : { weight: Number(weight) * 2 ** (-(now - Number(asOf)) / halfLife) };
    dump.set(key, { ...rest, ...faded });
  }
  const nodes = await graph.driver.executeQuery(
    'MATCH (c:Content|Community) RETURN labels(c) AS labels, properties(c) AS p',
  );
  for (const record of nodes.records) {
    const labels = record.get('labels') as string[];
    const properties = record.get('p') as Record<string, unknown>;
    const { id, createdAt = null, visibility, deletedAt = null, storedEngagement, engagementAsOf } = properties;
    if (storedEngagement !== undefined) {
      const faded = Number(storedEngagement) * 2 ** (-(now - Number(engagementAsOf)) / ranking.halfLifeMs.ENGAGED);
      dump.set(`ENGAGED everybody > ${id}`, { weight: faded });
    }
    const label = contentLabel(String(id).split(':')[0] ?? '');
    if (labels.includes('Content') && label !== undefined && !labels.includes(label)) {
      throw new Error(`${id} has only the labels ${labels}`);
    }
    if (visibility !== undefined) {
      dump.set(`${labels.includes('Content') ? 'Content' : 'Community'} ${id}`, { createdAt, visibility, deletedAt });
    }
  }
  return dump;
}

/** How two dumps differ, in sentences; law 3's tolerance for weights, and an edge that weighs nothing may be missing. */
export function dumpDifferences(expected: Dump, found: Dump): string[] {
  const keys = new Set([...expected.keys(), ...found.keys()]);
  return [...keys].flatMap((key) => entryDifferences(key, expected.get(key), found.get(key)));
}

type Properties = Record<string, unknown>;

function entryDifferences(key: string, expected: Properties | undefined, found: Properties | undefined): string[] {
  const both = expected !== undefined && found !== undefined;
  if (!both && !/^(ENGAGED|INTERACTED|INTERESTED_IN) /.test(key)) {
    return [`${key} is ${expected === undefined ? 'extra' : 'missing'}`];
  }
  const names = new Set([...Object.keys(expected ?? {}), ...Object.keys(found ?? {})]);
  return [...names].flatMap((name) => {
    const due = expected?.[name] ?? null;
    const is = found?.[name] ?? null;
    const same = name === 'weight' ? near(Number(due), Number(is)) : due === is || (name === 'lastAt' && !both);
    return same ? [] : [`${key}: ${name} should be ${due} and is ${is}`];
  });
}

export function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) + 1e-10;
}
