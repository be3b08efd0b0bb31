import type { BehaviourFlags } from '../../activity/personal-weights.ts';
import { fatigueFactor } from '../dislikes.ts';
import { evidenceFor } from '../explain/explain.ts';
import type { Hydrated, Viewer } from '../find/candidate.ts';
import { weighed } from '../settings/apply.ts';
import { type FeedSettings, NO_SETTINGS } from '../settings/settings.ts';
import type { SnapshotItem } from '../snapshot.ts';
import type { Algorithm } from './algorithm.ts';
import { explore } from './explore.ts';
import { type Features, featuresOf } from './features.ts';
import { lowered, networkFactor } from './lower.ts';
import type { Part } from './part.ts';
import { partsOf } from './score.ts';
import { arrange } from './slate.ts';

export interface RankContext {
  readonly viewer: Viewer;
  readonly algorithm: Algorithm;
  readonly settings: FeedSettings;
  readonly now: number;
  /** What draws are made with: the snapshot's id. */
  readonly seed: string;
}

/** What the score of a candidate by itself is made of. */
export interface Scorable {
  readonly features: Features;
  /** Whether the reader is tied to its author. */
  readonly inNetwork: boolean;
}

/**
 * The parts of a candidate's score before it is put beside others. Pure, and quick enough to search for weights with:
 * of the algorithm it takes `score` and `network` only.
 */
export function scoreCandidate(
  { features, inNetwork }: Scorable,
  { score, network }: Pick<Algorithm, 'score' | 'network'>,
  flags: BehaviourFlags,
  settings: Pick<FeedSettings, 'weights' | 'network'> = NO_SETTINGS,
): readonly Part[] {
  const parts = weighed(partsOf(features, score, flags), { score }, settings);
  return lowered(parts, 'network', networkFactor(inNetwork, settings.network ?? network));
}

/** Whether a candidate's author is one of the reader's ties. */
export function isInNetwork(candidate: Hydrated, viewer: Viewer): boolean {
  return candidate.author !== null && viewer.ties.has(candidate.author);
}

/** The signals of a candidate and all parts of its score by itself. */
export function scoreAlone(
  candidate: Hydrated,
  { viewer, algorithm, settings, now }: Omit<RankContext, 'seed'>,
): { readonly features: Features; readonly parts: readonly Part[] } {
  const { dislikes, habits } = viewer;
  const features = featuresOf(candidate, viewer, now);
  const scorable = { features, inNetwork: isInNetwork(candidate, viewer) };
  const parts = scoreCandidate(scorable, algorithm, habits.flags, settings);
  return {
    features,
    parts: lowered(parts, 'fatigue', fatigueFactor(candidate, dislikes, algorithm.fatigue, now)),
  };
}

/** Fourth step of the feed: scores each candidate by itself, arranges them beside each other, and draws. */
export function rank(candidates: readonly Hydrated[], context: RankContext): SnapshotItem[] {
  const { viewer, algorithm, seed } = context;
  const scored = candidates.map((candidate) => ({
    content: candidate.content,
    type: candidate.type,
    author: candidate.author,
    tags: candidate.tags,
    community: candidate.community,
    sources: candidate.sources,
    ...scoreAlone(candidate, context),
    because: candidate.because,
    evidence: evidenceFor(candidate, viewer),
  }));
  return explore(arrange(scored, algorithm.slate, viewer.typeShares), algorithm.exploration, seed);
}
