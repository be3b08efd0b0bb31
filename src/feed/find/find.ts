import type { Ranking } from '../../activity/ranking.ts';
import { DAY_MS } from '../../core/clock.ts';
import { type Anchor, anchored } from '../anchor.ts';
import type { Algorithm } from '../rank/algorithm.ts';
import type { FeedSettings } from '../settings/settings.ts';
import type { Candidate } from './candidate.ts';
import type { ForEverybody } from './everybody.ts';
import { merge } from './merge.ts';
import { NOBODY, type Reader, readFriendsTaste, readReader, type Stores } from './reader.ts';
import { refuseWhileRebuilding } from './rebuilding.ts';
import { readSimilar, type Similar } from './similar.ts';
import type { SourceName } from './sources/options.ts';
import { type Finds, findForPerson } from './sources/registry.ts';

export interface Found {
  readonly candidates: readonly Candidate[];
  readonly reader: Reader;
  readonly similar: Similar;
}

export interface FindRequest {
  readonly anchor: Anchor | undefined;
  /** Null for somebody who is not known. */
  readonly viewer: string | null;
  readonly algorithm: Algorithm;
  readonly settings: FeedSettings;
  readonly now: number;
  readonly ranking: Ranking;
  readonly everybody: Promise<ForEverybody>;
  /** Content that the person did not want. */
  readonly disliked: Promise<readonly string[]>;
  /** Told how long each source took, in milliseconds. */
  readonly observe: (name: string, durationMs: number) => void;
}

/**
 * First step of the feed: asks who the reader is, and then all sources of the algorithm what they propose.
 *
 * @throws AppError `GRAPH_REBUILDING`
 */
export async function findCandidates(stores: Stores, request: FindRequest): Promise<Found> {
  const { algorithm, everybody } = request;
  // One failure must not leave the others as unhandled rejections: whatever runs is waited for together.
  const [forEverybody, { reader, similar, personal }] = await Promise.all([everybody, findForReader(stores, request)]);
  const finds = new Map([...forEverybody.finds, ...personal]);
  const names = Object.keys(algorithm.sources) as SourceName[];
  const named = names.map((name) => ({ name, finds: finds.get(name) ?? [] }));
  return { candidates: merge(named, algorithm.candidates), reader, similar };
}

async function findForReader(
  stores: Stores,
  request: FindRequest,
): Promise<{ readonly reader: Reader; readonly similar: Similar; readonly personal: readonly Finds[] }> {
  const { algorithm, anchor, now, ranking, everybody, observe } = request;
  const [whole, disliked] = await Promise.all([readerOf(stores, request), request.disliked]);
  const reader = anchored(whole, anchor);
  // Whoever needs what is similar waits for what friends like; other sources do not.
  const similar = similarFor(stores, reader, { algorithm, anchor, disliked });
  const recent = everybody.then((known) => known.recent);
  recent.catch(() => undefined);
  const fadePerMs = {
    alike: fadePerMsOf(algorithm.alike.halfLifeDays),
    proof: fadePerMsOf(algorithm.proof.halfLifeDays),
  };
  const { excludedTypes } = algorithm;
  const asked = { ...stores, reader, similar, anchor, now, ranking, excludedTypes, recent, fadePerMs };
  const [known, personal] = await Promise.all([similar, findForPerson(algorithm, asked, observe)]);
  return { reader, similar: known, personal };
}

async function similarFor(
  { graph, pool }: Stores,
  reader: Reader,
  { algorithm, anchor, disliked }: Pick<FindRequest, 'algorithm' | 'anchor'> & { readonly disliked: readonly string[] },
): Promise<Similar> {
  const friends = anchor?.kind === 'content' ? [] : await readFriendsTaste(pool, reader.ties, algorithm);
  return readSimilar(graph, reader.taste, { person: reader.person, friends, disliked });
}

async function readerOf(stores: Stores, { viewer, algorithm, settings, now, ranking }: FindRequest): Promise<Reader> {
  if (viewer !== null) {
    return readReader(stores, { person: viewer, algorithm, settings, now, ranking });
  }
  await refuseWhileRebuilding(stores.graph);
  return { ...NOBODY, taste: { ...NOBODY.taste, ...algorithm.similarity } };
}

/** The exponent of 2 that a half-life takes from a weight in a millisecond. */
function fadePerMsOf(halfLifeDays: number | null): number {
  return halfLifeDays === null ? 0 : 1 / (halfLifeDays * DAY_MS);
}
