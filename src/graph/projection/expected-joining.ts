import type { Joining } from '../../activity/fold-row.ts';
import { type ExpectedEdge, type ExpectedGraph, expectedKey } from './expected.ts';
import { addEdges } from './fold.ts';

type Edges = Map<string, ExpectedEdge>;
type Fading = ExpectedEdge & { readonly kind: 'fading' };

/** Makes two people of the expectation one, as the projector does with those of the graph. */
export function joinExpected(expected: ExpectedGraph, { from, to }: Joining): void {
  const own: Edges = expected.people.get(to) ?? new Map();
  expected.people.set(to, own);
  for (const [key, edge] of expected.people.get(from) ?? []) {
    addTo(own, key, edge, { from: to });
  }
  expected.people.delete(from);
  const toward = (person: string): string => expectedKey('INTERACTED', 'User', person);
  for (const edges of expected.people.values()) {
    const former = edges.get(toward(from));
    if (former !== undefined) {
      addTo(edges, toward(to), former, { to });
    }
    dropAllTo(edges, from);
  }
  own.delete(toward(to));
  for (const [object, structure] of expected.structures) {
    if (structure.author === from) {
      expected.structures.set(object, { ...structure, author: to });
    }
  }
}

/** Only what fades is added; what becomes of facts was said before. */
function addTo(edges: Edges, key: string, former: ExpectedEdge, ends: { from?: string; to?: string }): void {
  if (former.kind !== 'fading' || former.sum === undefined) {
    return;
  }
  const known = edges.get(key);
  const before: Fading | undefined = known?.kind === 'fading' ? known : undefined;
  const moved = { ...former.sum, ...ends };
  const sum = before?.sum === undefined ? moved : addEdges(before.sum, moved, former.halfLifeMs);
  edges.set(key, { ...former, sum, declared: before?.declared ?? false });
}

function dropAllTo(edges: Edges, person: string): void {
  for (const key of edges.keys()) {
    if (key.split('\u0000')[2] === person && key.split('\u0000')[1] === 'User') {
      edges.delete(key);
    }
  }
}
