import type { BehaviourFlags } from '../../activity/personal-weights.ts';
import { fatigueFactor } from '../dislikes.ts';
import { evidenceFor } from '../explain/explain.ts';
import type { Hydrated, Viewer } from '../find/candidate.ts';
import { weighed } from '../settings/apply.ts';
import { type FeedSettings, NO_SETTINGS } from '../settings/settings.ts';
import type { SnapshotItem } from '../snapshot.ts';
import type { Algorithm } from './algorithm.ts';
import { explore, mayBeDrawn } from './explore.ts';
import { type Features, featuresOf } from './features.ts';
import { lowered, networkFactor, sunk } from './lower.ts';
import { type Part, scoreOf } from './part.ts';
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
 *
 * @param lowest - what the dial sinks scores towards: the lowest of all candidates' that is below 0, see `lowestOf`.
 */
export function scoreCandidate(
  { features, inNetwork }: Scorable,
  { score, network }: Pick<Algorithm, 'score' | 'network'>,
  flags: BehaviourFlags,
  { settings = NO_SETTINGS, lowest = 0 }: Among = {},
): readonly Part[] {
  return dialled(ownParts(features, { score }, flags, settings), inNetwork, settings.network ?? network, lowest);
}

/** What the dial between ties and all others leaves of a candidate's own parts. */
function dialled(parts: readonly Part[], inNetwork: boolean, dial: number | null, lowest: number): readonly Part[] {
  return sunk(parts, 'network', networkFactor(inNetwork, dial), lowest);
}

/** What a candidate's signals give, by the weights that the person chose; neither the dial nor a dislike is in it. */
function ownParts(
  features: Features,
  { score }: Pick<Algorithm, 'score'>,
  flags: BehaviourFlags,
  settings: Pick<FeedSettings, 'weights'>,
): readonly Part[] {
  return weighed(partsOf(features, score, flags), { score }, settings);
}

interface Among {
  readonly settings?: Pick<FeedSettings, 'weights' | 'network'>;
  readonly lowest?: number;
}

/** The lowest score that a candidate has by itself, before the dial; 0 when none is below that. */
export function lowestOf(
  all: readonly { readonly features: Features }[],
  algorithm: Pick<Algorithm, 'score'>,
  flags: BehaviourFlags,
  settings: Pick<FeedSettings, 'weights'>,
): number {
  return lowestScore(all.map(({ features }) => ownParts(features, algorithm, flags, settings)));
}

function lowestScore(all: readonly (readonly Part[])[]): number {
  return all.reduce((least, parts) => Math.min(least, scoreOf(parts)), 0);
}

/** Whether a candidate's author is one of the reader's ties. */
export function isInNetwork(candidate: Hydrated, viewer: Viewer): boolean {
  return candidate.author !== null && viewer.ties.has(candidate.author);
}

/** All parts of a candidate's score by itself. */
export function scoreAlone(
  candidate: Hydrated,
  features: Features,
  context: Omit<RankContext, 'seed'> & { readonly lowest: number },
): readonly Part[] {
  const { viewer, algorithm, settings } = context;
  return withRefusals(candidate, ownParts(features, algorithm, viewer.habits.flags, settings), context);
}

/** What the dial and what the person said no to take from a candidate's own parts. */
function withRefusals(
  candidate: Hydrated,
  parts: readonly Part[],
  { viewer, algorithm, settings, now, lowest }: Omit<RankContext, 'seed'> & { readonly lowest: number },
): readonly Part[] {
  const left = dialled(parts, isInNetwork(candidate, viewer), settings.network ?? algorithm.network, lowest);
  return lowered(left, 'fatigue', fatigueFactor(candidate, viewer.dislikes, algorithm.fatigue, now));
}

/** Fourth step of the feed: scores each candidate by itself, arranges them beside each other, and draws. */
export function rank(candidates: readonly Hydrated[], context: RankContext): SnapshotItem[] {
  const { viewer, algorithm, settings, seed } = context;
  const signalled = candidates.map((candidate) => {
    const features = featuresOf(candidate, viewer, context.now);
    return { candidate, features, own: ownParts(features, algorithm, viewer.habits.flags, settings) };
  });
  const lowest = lowestScore(signalled.map(({ own }) => own));
  const scored = signalled.map(({ candidate, features, own }) => ({
    content: candidate.content,
    type: candidate.type,
    author: candidate.author,
    tags: candidate.tags,
    community: candidate.community,
    sources: candidate.sources,
    features,
    parts: withRefusals(candidate, own, { ...context, lowest }),
    because: candidate.because,
    evidence: evidenceFor(candidate, viewer),
    // What the slate and exploration set: a copy that grows by a field is fifty times as slow as one that does not.
    score: 0,
    movedBy: [],
    propensity: 1,
  }));
  const arranged = arrange(scored, algorithm.slate, viewer.typeShares);
  return explore(arranged, algorithm.exploration, { seed, mayBeDrawn: mayBeDrawn(settings) });
}
