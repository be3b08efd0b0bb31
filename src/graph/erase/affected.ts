import type { FadingEdge } from '../../activity/kinds.ts';
import { edgeKey, type Folded } from '../projection/fold.ts';

/** The nodes and fading edges that cleared rows of the log had part in. */
export interface Affected {
  readonly users: ReadonlySet<string>;
  readonly contents: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  readonly communities: ReadonlySet<string>;
  /** By type: `edgeKey(from, to)`. */
  readonly fading: Readonly<Record<FadingEdge, ReadonlySet<string>>>;
}

/** Of what some rows fold to, what concerns these nodes and edges. Nothing else is looked at, so memory is bounded. */
export function onlyAffected(folded: Folded, affected: Affected): Folded {
  const edges = (edge: FadingEdge) =>
    folded.fading[edge].filter(({ from, to }) => affected.fading[edge].has(edgeKey(from, to)));
  return {
    users: folded.users.filter((id) => affected.users.has(id)),
    contents: folded.contents.filter(({ id }) => affected.contents.has(id)),
    tags: folded.tags.filter((name) => affected.tags.has(name)),
    communities: folded.communities.filter((id) => affected.communities.has(id)),
    fading: { ENGAGED: edges('ENGAGED'), INTERACTED: edges('INTERACTED'), INTERESTED_IN: edges('INTERESTED_IN') },
    engagement: folded.engagement.filter(({ content }) => affected.contents.has(content)),
    interests: folded.interests.filter(({ from, to }) => affected.fading.INTERESTED_IN.has(edgeKey(from, to))),
    connections: [],
    suppressions: [],
    memberships: [],
    contentStructures: [],
    communityStructures: [],
  };
}
