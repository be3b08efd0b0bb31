import { addWeights, type FadingWeight } from '../../activity/decay.ts';
import { edgeSignals } from '../../activity/edge-signals.ts';
import type { Change, Circle, EdgeSignal, FoldRow, Structure } from '../../activity/fold-row.ts';
import type { FadingEdge } from '../../activity/kinds.ts';
import type { Ranking } from '../../activity/ranking.ts';
import {
  contentLabel,
  isContentType,
  parseReference,
  type Reference,
  type ReferenceParts,
} from '../../activity/reference.ts';

/** What the signals of some rows add to one edge. */
export interface FoldedEdge extends FadingWeight {
  readonly from: string;
  readonly to: string;
  /** Time of the newest signal that began (a signal that was taken back leaves it); null: none did. */
  readonly lastAt: number | null;
}

export interface FoldedContent {
  readonly id: Reference;
  readonly type: string;
  /** The label beside `Content`, or none. */
  readonly labels: readonly string[];
  /** Time of the oldest signal; null: only named, by a structure or a suppression. */
  readonly firstAt: number | null;
}

/** What the signals of some rows add to everybody's engagement with one piece of content. */
interface FoldedEngagement extends FadingWeight {
  readonly content: string;
}

/** Properties of a CONNECTED edge that change; null takes one away, an absent one stays as it is. */
export interface ConnectionPatch {
  status?: 'requested' | 'accepted' | null;
  since?: number | null;
  follows?: true | null;
  circle?: Circle | null;
}

interface FoldedConnection {
  readonly from: string;
  readonly to: string;
  readonly patch: ConnectionPatch;
}

export type SuppressedLabel = 'Content' | 'User' | 'Tag' | 'Community';

interface FoldedSuppression {
  readonly from: string;
  readonly label: SuppressedLabel;
  /** The key of the node: a content reference, a person's id, a tag's name or a community's id. */
  readonly to: string;
  readonly reason: string;
  readonly on: boolean;
  readonly at: number;
}

interface FoldedMembership {
  readonly from: string;
  readonly to: string;
  readonly on: boolean;
  readonly since: number;
}

interface FoldedInterest {
  readonly from: string;
  readonly to: string;
  readonly declared: boolean;
}

/** What some rows of the log do to the graph. Every list is sorted by its key, and holds each key once. */
export interface Folded {
  readonly users: readonly string[];
  readonly contents: readonly FoldedContent[];
  readonly tags: readonly string[];
  readonly communities: readonly string[];
  readonly fading: Readonly<Record<FadingEdge, readonly FoldedEdge[]>>;
  /** The sum of the ENGAGED edges by content. */
  readonly engagement: readonly FoldedEngagement[];
  readonly connections: readonly FoldedConnection[];
  readonly suppressions: readonly FoldedSuppression[];
  readonly memberships: readonly FoldedMembership[];
  readonly interests: readonly FoldedInterest[];
  readonly contentStructures: readonly Structure[];
  readonly communityStructures: readonly Structure[];
}

/**
 * Folds rows of the log, in order, into one change of the graph: signals on the same edge are added up, the last word
 * on a fact or a description wins. Pure: the same rows and settings give the same result, and folding rows in
 * batches adds up to folding them at once.
 *
 * @throws UnfoldableError on a row that cannot be folded: a kind or reference it does not know, a weight that is no number.
 */
export function foldRows(rows: readonly FoldRow[], ranking: Ranking): Folded {
  const draft = emptyDraft();
  for (const row of rows) {
    try {
      addRow(draft, row, ranking);
    } catch (error) {
      throw new UnfoldableError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
  return finished(draft, ranking);
}

/** A row holds what this version cannot fold, and never will. */
export class UnfoldableError extends Error {
  override readonly name = 'UnfoldableError';
}

function addRow(draft: Draft, row: FoldRow, ranking: Ranking): void {
  if (row.unreadable !== undefined) {
    throw new Error(row.unreadable);
  }
  for (const signal of row.signals) {
    for (const edgeSignal of edgeSignals(signal, ranking)) {
      addSignal(draft, edgeSignal, signal.sign === 1, ranking);
    }
  }
  for (const change of row.changes) {
    addChange(draft, change);
  }
  if (row.structure !== null) {
    addStructure(draft, row.structure);
  }
}

interface Draft {
  readonly users: Set<string>;
  readonly contents: Map<Reference, number | null>;
  readonly tags: Set<string>;
  readonly communities: Set<string>;
  readonly fading: Record<FadingEdge, Map<string, FoldedEdge>>;
  readonly connections: Map<string, FoldedConnection>;
  readonly suppressions: Map<string, FoldedSuppression>;
  readonly memberships: Map<string, FoldedMembership>;
  readonly interests: Map<string, FoldedInterest>;
  readonly contentStructures: Map<Reference, Structure>;
  readonly communityStructures: Map<Reference, Structure>;
}

function emptyDraft(): Draft {
  return {
    users: new Set(),
    contents: new Map(),
    tags: new Set(),
    communities: new Set(),
    fading: { ENGAGED: new Map(), INTERACTED: new Map(), INTERESTED_IN: new Map() },
    connections: new Map(),
    suppressions: new Map(),
    memberships: new Map(),
    interests: new Map(),
    contentStructures: new Map(),
    communityStructures: new Map(),
  };
}

/** Ids hold no control characters, so NUL cannot be part of one and sorts before everything else. */
export function edgeKey(...parts: readonly string[]): string {
  return parts.join('\u0000');
}

function addSignal(draft: Draft, signal: EdgeSignal, begins: boolean, ranking: Ranking): void {
  if (!Number.isFinite(signal.weight) || !Number.isFinite(signal.at)) {
    throw new Error(`A signal on ${signal.edge} weighs ${signal.weight} at ${signal.at}, which is no number`);
  }
  draft.users.add(signal.from);
  if (signal.edge === 'ENGAGED') {
    const first = draft.contents.get(signal.to) ?? Number.POSITIVE_INFINITY;
    draft.contents.set(signal.to, Math.min(first, signal.at));
  } else {
    (signal.edge === 'INTERACTED' ? draft.users : draft.tags).add(signal.to);
  }
  const own: FoldedEdge = {
    from: signal.from,
    to: signal.to,
    weight: signal.weight,
    asOf: signal.at,
    lastAt: begins ? signal.at : null,
  };
  const edges = draft.fading[signal.edge];
  const key = edgeKey(signal.from, signal.to);
  const known = edges.get(key);
  edges.set(key, known === undefined ? own : addEdges(known, own, ranking.halfLifeMs[signal.edge]));
}

/** The sum of two contributions to the same edge, in any order. */
export function addEdges(a: FoldedEdge, b: FoldedEdge, halfLifeMs: number): FoldedEdge {
  return { from: a.from, to: a.to, ...addWeights(a, b, halfLifeMs), lastAt: latest(a.lastAt, b.lastAt) };
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function addChange(draft: Draft, change: Change): void {
  draft.users.add(change.from);
  const key = edgeKey(change.from, change.to);
  switch (change.edge) {
    case 'CONNECTED': {
      draft.users.add(change.to);
      const known = draft.connections.get(key)?.patch;
      draft.connections.set(key, { from: change.from, to: change.to, patch: { ...known, ...connectionPatch(change) } });
      return;
    }
    case 'SUPPRESSED': {
      const to = suppressedNode(draft, change.to);
      const { from, reason, on, at } = change;
      draft.suppressions.set(edgeKey(from, change.to, reason), { from, ...to, reason, on, at });
      return;
    }
    case 'MEMBER_OF':
      draft.communities.add(change.to);
      draft.memberships.set(key, { from: change.from, to: change.to, on: change.on, since: change.since });
      return;
    case 'ALIAS':
      draft.users.add(change.to);
      return;
    case 'INTERESTED_IN':
      draft.tags.add(change.to);
      draft.interests.set(key, { from: change.from, to: change.to, declared: change.declared });
      return;
    default:
      throw new Error(`No fold for a change of ${JSON.stringify(change satisfies never)}`);
  }
}

function connectionPatch(change: Change & { readonly edge: 'CONNECTED' }): ConnectionPatch {
  switch (change.fact) {
    case 'connection':
      return { status: change.value, since: change.value === null ? null : change.since };
    case 'follow':
      return { follows: change.value };
    case 'circle':
      return { circle: change.value };
    default:
      throw new Error(`No fold for the connection ${JSON.stringify(change satisfies never)}`);
  }
}

function suppressedNode(draft: Draft, reference: Reference): { label: SuppressedLabel; to: string } {
  const { type, id } = partsOf(reference);
  switch (type) {
    case 'user':
      draft.users.add(id);
      return { label: 'User', to: id };
    case 'tag':
      draft.tags.add(id);
      return { label: 'Tag', to: id };
    case 'community':
      draft.communities.add(id);
      return { label: 'Community', to: id };
    default:
      nameContent(draft, reference);
      return { label: 'Content', to: reference };
  }
}

function addStructure(draft: Draft, structure: Structure): void {
  const { type, id } = partsOf(structure.object);
  if (type === 'community') {
    draft.communities.add(id);
    draft.communityStructures.set(structure.object, structure);
    return;
  }
  if (!isContentType(type)) {
    throw new Error(`${structure.object} is neither content nor a community and cannot be described`);
  }
  nameContent(draft, structure.object);
  nameNeighbours(draft, structure);
  draft.contentStructures.set(structure.object, structure);
}

function nameContent(draft: Draft, reference: Reference): void {
  draft.contents.set(reference, draft.contents.get(reference) ?? null);
}

/** Of a description that is replaced within the batch too, so that the nodes do not depend on where batches end. */
function nameNeighbours(draft: Draft, structure: Structure): void {
  if (structure.author !== null) {
    draft.users.add(structure.author);
  }
  for (const tag of structure.tags) {
    draft.tags.add(tag);
  }
  if (structure.community !== null) {
    draft.communities.add(structure.community);
  }
  const parent = parentOf(structure);
  if (parent !== null) {
    nameContent(draft, parent);
  }
}

/** What the content answers or comments on; a reference to something that is not content is none. */
export function parentOf(structure: Structure): Reference | null {
  const { replyTo } = structure;
  return replyTo !== null && isContentType(partsOf(replyTo).type) ? replyTo : null;
}

export function partsOf(reference: Reference): ReferenceParts {
  const parts = parseReference(reference);
  if (parts === undefined) {
    throw new Error(`${JSON.stringify(reference)} is not of the form type:id`);
  }
  return parts;
}

function finished(draft: Draft, ranking: Ranking): Folded {
  const engaged = byKey(draft.fading.ENGAGED);
  return {
    users: [...draft.users].sort(),
    contents: contentNodes(draft),
    tags: [...draft.tags].sort(),
    communities: [...draft.communities].sort(),
    fading: {
      ENGAGED: engaged,
      INTERACTED: byKey(draft.fading.INTERACTED),
      INTERESTED_IN: byKey(draft.fading.INTERESTED_IN),
    },
    engagement: engagementOf(engaged, ranking.halfLifeMs.ENGAGED),
    connections: byKey(draft.connections),
    suppressions: byKey(draft.suppressions),
    memberships: byKey(draft.memberships),
    interests: byKey(draft.interests),
    contentStructures: byKey(draft.contentStructures),
    communityStructures: byKey(draft.communityStructures),
  };
}

/** Decay is linear, so that a sum of edges fades as each of them does. */
function engagementOf(edges: readonly FoldedEdge[], halfLifeMs: number): FoldedEngagement[] {
  const sums = new Map<string, FoldedEngagement>();
  for (const { to: content, weight, asOf } of edges) {
    const known = sums.get(content);
    sums.set(content, {
      content,
      ...(known === undefined ? { weight, asOf } : addWeights(known, { weight, asOf }, halfLifeMs)),
    });
  }
  return byKey(sums);
}

function contentNodes(draft: Draft): FoldedContent[] {
  const sorted = [...draft.contents].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([id, firstAt]) => {
    const { type } = partsOf(id);
    const label = contentLabel(type);
    return { id, type, labels: label === undefined ? [] : [label], firstAt };
  });
}

/** In one order everywhere, so that transactions lock nodes in the same order. */
function byKey<T>(entries: ReadonlyMap<string, T>): T[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
