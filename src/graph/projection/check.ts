import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { weightAt } from '../../activity/decay.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { AppError } from '../../core/errors.ts';
import type { Graph } from '../graph.ts';
import { defineQuery, type Query } from '../query.ts';
import {
  communityStructure,
  type ExpectedEdge,
  type ExpectedGraph,
  emptyExpectation,
  expectedKey,
  expectRows,
} from './expected.ts';
import { parentOf } from './fold.ts';
import { checkFingerprint, lockProjection } from './projection.ts';
import type { FoldableLog } from './rebuild.ts';

const page = z.object({ from: z.string(), except: z.string(), limit: z.number() });
const time = z.number().nullable();
const names = z.array(z.string().nullable());
const personSchema = z.object({
  id: z.string(),
  edges: z.array(
    z.object({
      edge: z.string(),
      label: z.string().nullable(),
      to: z.string().nullable(),
      properties: z.record(z.string(), z.unknown()),
    }),
  ),
});
const communitySchema = z.object({
  id: z.string(),
  createdAt: time,
  visibility: z.string().nullable(),
  deletedAt: time,
});
const contentSchema = communitySchema.extend({
  type: z.string().nullable(),
  firstAt: time,
  storedEngagement: time,
  engagementAsOf: time,
  labels: names,
  authors: names,
  tags: names,
  communities: names,
  parents: names,
});
const checkPeople = defineQuery({ name: 'projection/check-people', mode: 'read', params: page, row: personSchema });
const checkContents = defineQuery({
  name: 'projection/check-contents',
  mode: 'read',
  params: page,
  row: contentSchema,
});
const checkCommunities = defineQuery({
  name: 'projection/check-communities',
  mode: 'read',
  params: page,
  row: communitySchema,
});

const FOLD_BATCH = 2_000;
const PEOPLE_PER_PAGE = 200;
const NODES_PER_PAGE = 1_000;

/** Two readings of one weight are the same if they differ by no more than rounding (DESIGN, law 3). */
const RELATIVE_TOLERANCE = 1e-9;
const ABSOLUTE_TOLERANCE = 1e-10;

interface Difference {
  readonly what: 'missing' | 'extra' | 'different';
  /** The node or edge, as in `ENGAGED 7 → post:p1`. */
  readonly where: string;
  readonly expected?: unknown;
  readonly found?: unknown;
}

export interface CheckResult {
  /** The position that the last part of the graph was compared at. */
  readonly position: number;
  readonly people: number;
  readonly edges: number;
  readonly differences: readonly Difference[];
}

export interface CheckPorts {
  readonly graph: Graph;
  readonly log: FoldableLog;
  readonly ranking: Ranking;
  /** Positions after `after` up to `upTo` that were set aside as dead letters and are not in the graph. */
  deadLetters(after: number, upTo: number): Promise<readonly number[]>;
  /** Milliseconds since the epoch at which both graphs are read. */
  readonly now: number;
  readonly onProgress?: (comparedNodes: number) => void;
  readonly peoplePerPage?: number;
}

/**
 * Folds the log aside, in memory, and compares the live graph with it: missing, extra and different edges and nodes,
 * among them everything that foreign hands changed. Titles are display text and are not compared.
 *
 * The projector may go on meanwhile. Each page of the graph is read behind the lock of the projection together with
 * the position it holds at, and the fold aside is brought to that same position before the two are compared.
 *
 * @throws AppError `GRAPH_REBUILDING`, `GRAPH_REBUILD_NEEDED`, `GRAPH_UNAVAILABLE`
 */
export async function checkGraph(ports: CheckPorts): Promise<CheckResult> {
  const expected = emptyExpectation();
  const differences: Difference[] = [];
  let position = 0;
  let edges = 0;
  let compared = 0;

  async function foldTo(target: number): Promise<void> {
    while (position < target) {
      const rows = await ports.log.readFoldRows(position, Math.min(FOLD_BATCH, target - position));
      const last = rows.at(-1);
      if (last === undefined) {
        throw new AppError('GRAPH_DIFFERS', `The graph stands at ${target} but the log ends at ${position}`);
      }
      const setAside = new Set(await ports.deadLetters(position, last.position));
      expectRows(
        expected,
        rows.filter((row) => !setAside.has(row.position)),
        ports.ranking,
      );
      position = last.position;
    }
  }

  async function eachPage<R extends z.ZodType<{ id: string }>>(
    query: Query<typeof page, R>,
    limit: number,
    compare: (node: z.output<R>) => void,
  ): Promise<Set<string>> {
    const seen = new Set<string>();
    for (let after = ''; ; ) {
      const nodes = await readPage(ports, query, { from: after, except: after, limit }, foldTo);
      for (const node of nodes) {
        seen.add(node.id);
        compare(node);
      }
      compared += nodes.length;
      ports.onProgress?.(compared);
      const last = nodes.at(-1);
      if (last === undefined || nodes.length < limit) {
        return seen;
      }
      after = last.id;
    }
  }

  /** What the log names and no page held: made since its page was read, or missing. */
  async function lookForUnseen<R extends z.ZodType<{ id: string }>>(
    query: Query<typeof page, R>,
    label: string,
    unseen: readonly string[],
    compare: (node: z.output<R>) => void,
  ): Promise<void> {
    for (const id of unseen) {
      const [first] = await readPage(ports, query, { from: id, except: '', limit: 1 }, foldTo);
      const node = first?.id === id ? first : undefined;
      if (node === undefined) {
        differences.push({ what: 'missing', where: `${label} ${id}` });
      } else {
        compare(node);
      }
    }
  }

  const comparePerson = (person: z.output<typeof personSchema>): void => {
    edges += person.edges.length;
    differences.push(...personDifferences(expected, person, ports.now));
  };
  const compareContent = (content: z.output<typeof contentSchema>): void => {
    edges += content.authors.length + content.tags.length + content.communities.length + content.parents.length;
    differences.push(...contentDifferences(expected, content, ports));
  };
  const compareCommunity = (community: z.output<typeof communitySchema>): void => {
    differences.push(...communityDifferences(expected, community));
  };

  const people = await eachPage(checkPeople, ports.peoplePerPage ?? PEOPLE_PER_PAGE, comparePerson);
  await lookForUnseen(checkPeople, 'User', missingFrom(expected.people.keys(), people), comparePerson);
  const contents = await eachPage(checkContents, NODES_PER_PAGE, compareContent);
  await lookForUnseen(checkContents, 'Content', missingFrom(expected.contents.keys(), contents), compareContent);
  const communities = await eachPage(checkCommunities, NODES_PER_PAGE, compareCommunity);
  const unseen = missingFrom(expected.communities, communities);
  await lookForUnseen(checkCommunities, 'Community', unseen, compareCommunity);
  return { position, people: people.size, edges, differences };
}

function missingFrom(expected: Iterable<string>, seen: ReadonlySet<string>): string[] {
  return [...expected].filter((id) => !seen.has(id));
}

/** Reads a page while nobody can write, and brings the fold aside to the position that the page holds at. */
async function readPage<R extends z.ZodType>(
  ports: CheckPorts,
  query: Query<typeof page, R>,
  params: z.input<typeof page>,
  foldTo: (position: number) => Promise<void>,
): Promise<z.output<R>[]> {
  const { nodes, position } = await ports.graph.write(async (tx) => {
    const projection = await lockProjection(tx, ports.ranking);
    checkFingerprint(projection, ports.ranking);
    if (projection.phase !== null) {
      throw new AppError('GRAPH_REBUILDING', 'The graph is being rebuilt and cannot be compared');
    }
    return { nodes: await tx.run(query, params), position: projection.position };
  });
  await foldTo(position);
  return nodes;
}

function personDifferences(expected: ExpectedGraph, person: z.output<typeof personSchema>, now: number): Difference[] {
  const due = expected.people.get(person.id);
  if (due === undefined) {
    return [{ what: 'extra', where: `User ${person.id}` }];
  }
  const differences: Difference[] = [];
  const seen = new Set<string>();
  for (const { edge, label, to, properties } of person.edges) {
    const reason = edge === 'SUPPRESSED' ? String(properties['reason']) : '';
    const key = expectedKey(edge, label ?? '', to ?? '', reason);
    const where = `${edge} ${person.id} → ${to}${reason === '' ? '' : ` (${reason})`}`;
    const wanted = due.get(key);
    if (wanted === undefined || seen.has(key)) {
      differences.push({ what: 'extra', where, found: properties });
    } else if (!isAsExpected(wanted, properties, now)) {
      differences.push({ what: 'different', where, expected: readable(wanted, now), found: properties });
    }
    seen.add(key);
  }
  for (const [key, wanted] of due) {
    if (!seen.has(key) && !isNothing(wanted, now)) {
      const where = `${key.split('\u0000')[0]} ${person.id} → ${key.split('\u0000')[2]}`;
      differences.push({ what: 'missing', where, expected: readable(wanted, now) });
    }
  }
  return differences;
}

function isAsExpected(wanted: ExpectedEdge, properties: Readonly<Record<string, unknown>>, now: number): boolean {
  if (wanted.kind === 'fact') {
    return isDeepStrictEqual({ ...properties }, { ...wanted.properties });
  }
  const { weight, asOf, lastAt = null, declared, ...foreign } = properties;
  if (typeof weight !== 'number' || typeof asOf !== 'number' || Object.keys(foreign).length > 0) {
    return false;
  }
  const due = weightNow(wanted, now);
  const found = weightAt({ weight, asOf }, now, wanted.halfLifeMs);
  // An edge that had faded to nothing and was deleted has forgotten a former time; none can have a later one.
  const newest = wanted.sum?.lastAt ?? null;
  const timely = lastAt === null || (newest !== null && typeof lastAt === 'number' && lastAt <= newest);
  return sameWeight(due, found) && timely && (declared === true) === wanted.declared;
}

/** |a − b| ≤ 1e-9 · max(|a|, |b|) + 1e-10 */
function sameWeight(a: number, b: number): boolean {
  return Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.max(Math.abs(a), Math.abs(b)) + ABSOLUTE_TOLERANCE;
}

function weightNow(wanted: ExpectedEdge & { readonly kind: 'fading' }, now: number): number {
  return wanted.sum === undefined ? 0 : weightAt(wanted.sum, now, wanted.halfLifeMs);
}

/** Faded to nothing and not declared: the decay job may have deleted it. */
function isNothing(wanted: ExpectedEdge, now: number): boolean {
  return wanted.kind === 'fading' && !wanted.declared && sameWeight(weightNow(wanted, now), 0);
}

function readable(wanted: ExpectedEdge, now: number): unknown {
  return wanted.kind === 'fact'
    ? wanted.properties
    : { weightNow: weightNow(wanted, now), lastAt: wanted.sum?.lastAt ?? null, declared: wanted.declared };
}

function contentDifferences(
  expected: ExpectedGraph,
  content: z.output<typeof contentSchema>,
  { ranking, now }: Pick<CheckPorts, 'ranking' | 'now'>,
): Difference[] {
  const due = expected.contents.get(content.id);
  if (due === undefined) {
    return [{ what: 'extra', where: `Content ${content.id}` }];
  }
  const { id, storedEngagement, engagementAsOf, ...properties } = content;
  const engagement = expected.engagement.get(id);
  const halfLifeMs = ranking.halfLifeMs.ENGAGED;
  const dueNow = engagement === undefined ? 0 : weightAt(engagement, now, halfLifeMs);
  const foundNow =
    storedEngagement === null || engagementAsOf === null
      ? 0
      : weightAt({ weight: storedEngagement, asOf: engagementAsOf }, now, halfLifeMs);
  const structure = expected.structures.get(content.id);
  const parent = structure === undefined ? null : parentOf(structure);
  const wanted = {
    type: due.type,
    labels: [...due.labels].sort(),
    firstAt: due.firstAt,
    engagement: dueNow,
    createdAt: structure?.createdAt ?? null,
    visibility: structure?.visibility ?? null,
    deletedAt: structure?.deletedAt ?? null,
    authors: listOf(structure?.author),
    tags: [...(structure?.tags ?? [])].sort(),
    communities: listOf(structure?.community),
    parents: listOf(parent),
  };
  const found = {
    ...properties,
    // The number that is due where they are the same but for rounding.
    engagement: sameWeight(dueNow, foundNow) ? dueNow : foundNow,
    labels: [...content.labels].sort(),
    authors: [...content.authors].sort(),
    tags: [...content.tags].sort(),
  };
  return isDeepStrictEqual(found, { ...found, ...wanted })
    ? []
    : [{ what: 'different', where: `Content ${id}`, expected: wanted, found }];
}

function listOf(value: string | null | undefined): string[] {
  return value === null || value === undefined ? [] : [value];
}

function communityDifferences(expected: ExpectedGraph, community: z.output<typeof communitySchema>): Difference[] {
  const { id, ...found } = community;
  if (!expected.communities.has(id)) {
    return [{ what: 'extra', where: `Community ${id}` }];
  }
  const structure = communityStructure(expected, id);
  const wanted = {
    createdAt: structure?.createdAt ?? null,
    visibility: structure?.visibility ?? null,
    deletedAt: structure?.deletedAt ?? null,
  };
  return isDeepStrictEqual(found, { ...found, ...wanted })
    ? []
    : [{ what: 'different', where: `Community ${id}`, expected: wanted, found }];
}
