import { addWeights, type FadingWeight } from '../../activity/decay.ts';
import type { FoldRow, Structure } from '../../activity/fold-row.ts';
import { FADING_EDGES } from '../../activity/kinds.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { joinExpected } from './expected-joining.ts';
import { addEdges, type ConnectionPatch, edgeKey, type Folded, type FoldedContent, type FoldedEdge } from './fold.ts';
import { foldStretches } from './stretches.ts';

/** What stands on one edge that goes out from a person. */
export type ExpectedEdge =
  | {
      readonly kind: 'fading';
      readonly halfLifeMs: number;
      readonly sum: FoldedEdge | undefined;
      readonly declared: boolean;
    }
  | { readonly kind: 'fact'; readonly properties: Readonly<Record<string, unknown>> };

/** The graph as the log folds to it, held in memory to compare the live one with. */
export interface ExpectedGraph {
  /** By person, then by edge (`expectedKey`). */
  readonly people: Map<string, Map<string, ExpectedEdge>>;
  readonly contents: Map<string, FoldedContent>;
  /** Everybody's engagement by content. */
  readonly engagement: Map<string, FadingWeight>;
  /** The last description by content or `community:…` reference. */
  readonly structures: Map<string, Structure>;
  readonly communities: Set<string>;
}

export function emptyExpectation(): ExpectedGraph {
  return {
    people: new Map(),
    contents: new Map(),
    engagement: new Map(),
    structures: new Map(),
    communities: new Set(),
  };
}

/** Names an edge among those of one person. */
export function expectedKey(edge: string, label: string, to: string, reason = ''): string {
  return edgeKey(edge, label, to, reason);
}

const LABEL_OF = { ENGAGED: 'Content', INTERACTED: 'User', INTERESTED_IN: 'Tag' } as const;

/** Folds more rows, in order, into the expectation. @throws Error on a row that cannot be folded */
export function expectRows(expected: ExpectedGraph, rows: readonly FoldRow[], ranking: Ranking): void {
  for (const { folded, joining } of foldStretches(rows, ranking)) {
    expectFolded(expected, folded, ranking);
    if (joining !== undefined) {
      joinExpected(expected, joining);
    }
  }
}

/** Takes what more rows folded to into the expectation. */
export function expectFolded(expected: ExpectedGraph, folded: Folded, ranking: Ranking): void {
  for (const user of folded.users) {
    edgesOf(expected, user);
  }
  for (const edge of FADING_EDGES) {
    for (const added of folded.fading[edge]) {
      addFading(expected, edge, added, ranking.halfLifeMs[edge]);
    }
  }
  for (const { content, ...added } of folded.engagement) {
    const known = expected.engagement.get(content);
    const sum = known === undefined ? added : addWeights(known, added, ranking.halfLifeMs.ENGAGED);
    expected.engagement.set(content, sum);
  }
  for (const { from, to, declared } of folded.interests) {
    const edges = edgesOf(expected, from);
    const key = expectedKey('INTERESTED_IN', 'Tag', to);
    const known = edges.get(key);
    const sum = known?.kind === 'fading' ? known.sum : undefined;
    setOrDrop(edges, key, declared || sum !== undefined, {
      kind: 'fading',
      halfLifeMs: ranking.halfLifeMs.INTERESTED_IN,
      sum,
      declared,
    });
  }
  for (const { from, to, patch } of folded.connections) {
    const edges = edgesOf(expected, from);
    const key = expectedKey('CONNECTED', 'User', to);
    const properties = patched(edges.get(key), patch);
    setOrDrop(edges, key, Object.keys(properties).length > 0, { kind: 'fact', properties });
  }
  for (const { from, label, to, reason, on, at } of folded.suppressions) {
    const key = expectedKey('SUPPRESSED', label, to, reason);
    setOrDrop(edgesOf(expected, from), key, on, { kind: 'fact', properties: { reason, at } });
  }
  for (const { from, to, on, since } of folded.memberships) {
    const key = expectedKey('MEMBER_OF', 'Community', to);
    setOrDrop(edgesOf(expected, from), key, on, { kind: 'fact', properties: { since } });
  }
  for (const content of folded.contents) {
    expected.contents.set(content.id, withFirst(content, expected.contents.get(content.id)));
  }
  for (const community of folded.communities) {
    expected.communities.add(community);
  }
  for (const structure of [...folded.contentStructures, ...folded.communityStructures]) {
    expected.structures.set(structure.object, structure);
  }
}

function edgesOf(expected: ExpectedGraph, person: string): Map<string, ExpectedEdge> {
  const known = expected.people.get(person);
  if (known !== undefined) {
    return known;
  }
  const edges = new Map<string, ExpectedEdge>();
  expected.people.set(person, edges);
  return edges;
}

function addFading(expected: ExpectedGraph, edge: keyof typeof LABEL_OF, added: FoldedEdge, halfLifeMs: number): void {
  const edges = edgesOf(expected, added.from);
  const key = expectedKey(edge, LABEL_OF[edge], added.to);
  const known = edges.get(key);
  const before = known?.kind === 'fading' ? known : undefined;
  const sum = before?.sum === undefined ? added : addEdges(before.sum, added, halfLifeMs);
  edges.set(key, { kind: 'fading', halfLifeMs, sum, declared: before?.declared ?? false });
}

function patched(known: ExpectedEdge | undefined, patch: ConnectionPatch): Record<string, unknown> {
  const properties = { ...(known?.kind === 'fact' ? known.properties : {}), ...patch };
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

function setOrDrop(edges: Map<string, ExpectedEdge>, key: string, holds: boolean, edge: ExpectedEdge): void {
  if (holds) {
    edges.set(key, edge);
  } else {
    edges.delete(key);
  }
}

function withFirst(content: FoldedContent, known: FoldedContent | undefined): FoldedContent {
  const times = [content.firstAt, known?.firstAt ?? null].filter((time) => time !== null);
  return { ...content, firstAt: times.length === 0 ? null : Math.min(...times) };
}

/** The description of a community, if one was given. */
export function communityStructure(expected: ExpectedGraph, id: string): Structure | undefined {
  return expected.structures.get(`community:${id}`);
}
