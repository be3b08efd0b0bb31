import type { FadingEdge } from '../../activity/kinds.ts';
import { edgeKey, type Folded } from '../projection/fold.ts';

/** The nodes and fading edges that cleared rows of the log had part in. */
export interface Affected {
  readonly users: ReadonlySet<string>;
  readonly contents: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  readonly communities: ReadonlySet<string>;
  /** Former ids of these users, each with the one that it stands for: what it did is on their edges. */
  readonly oldIds: ReadonlyMap<string, string>;
  /** By type: `edgeKey(from, to)`. */
  readonly fading: Readonly<Record<FadingEdge, ReadonlySet<string>>>;
}

/** Of what some rows fold to, what concerns these nodes and edges. Nothing else is looked at, so memory is bounded. */
export function onlyAffected(folded: Folded, affected: Affected): Folded {
  const { oldIds } = affected;
  const now = (id: string): string => oldIds.get(id) ?? id;
  const edges = (edge: FadingEdge) =>
    folded.fading[edge].filter(({ from, to }) =>
      affected.fading[edge].has(edgeKey(now(from), edge === 'INTERACTED' ? now(to) : to)),
    );
  return {
    users: folded.users.filter((id) => affected.users.has(now(id))),
    contents: folded.contents.filter(({ id }) => affected.contents.has(id)),
    tags: folded.tags.filter((name) => affected.tags.has(name)),
    communities: folded.communities.filter((id) => affected.communities.has(id)),
    fading: { ENGAGED: edges('ENGAGED'), INTERACTED: edges('INTERACTED'), INTERESTED_IN: edges('INTERESTED_IN') },
    engagement: folded.engagement.filter(({ content }) => affected.contents.has(content)),
    interests: folded.interests.filter(({ from, to }) => affected.fading.INTERESTED_IN.has(edgeKey(now(from), to))),
    connections: [],
    suppressions: [],
    memberships: [],
    contentStructures: [],
    communityStructures: [],
  };
}
