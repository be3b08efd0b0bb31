import type { Ranking } from '../../activity/ranking.ts';
import { DAY_MS } from '../../core/clock.ts';
import { type Anchor, anchored } from '../anchor.ts';
import type { Algorithm } from '../rank/algorithm.ts';
import type { FeedSettings } from '../settings/settings.ts';
import type { Candidate } from './candidate.ts';
import type { ForEverybody } from './everybody.ts';
import { merge } from './merge.ts';
import { NOBODY, type Reader, readReader, type Stores } from './reader.ts';
import { refuseWhileRebuilding } from './rebuilding.ts';
import type { SourceName } from './sources/options.ts';
import { type Finds, findForPerson, LANES } from './sources/registry.ts';

export interface Found {
  readonly candidates: readonly Candidate[];
  readonly reader: Reader;
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
  const [forEverybody, [reader, personal]] = await Promise.all([everybody, findForReader(stores, request)]);
  const finds = new Map([...forEverybody.finds, ...personal]);
  const names = Object.keys(algorithm.sources) as SourceName[];
  const named = names.map((name) => ({ name, finds: finds.get(name) ?? [] }));
  return { candidates: merge(named, algorithm.candidates), reader };
}

async function findForReader(stores: Stores, request: FindRequest): Promise<[Reader, Finds[]]> {
  const { algorithm, anchor, now, ranking, everybody, observe } = request;
  const reader = anchored(await readerOf(stores, request), anchor);
  if (request.viewer === null && anchor === undefined) {
    return [reader, []];
  }
  const recent = everybody.then((known) => known.recent);
  recent.catch(() => undefined);
  const fadePerMs = {
    alike: fadePerMsOf(algorithm.alike.halfLifeDays),
    proof: fadePerMsOf(algorithm.proof.halfLifeDays),
  };
  const { graph, pool } = stores;
  const shared = { pool, reader, anchor, now, ranking, excludedTypes: algorithm.excludedTypes, recent, fadePerMs };
  const lanes = await Promise.all(
    LANES.map((lane) => graph.read((tx) => findForPerson(lane, algorithm, { ...shared, tx }, observe))),
  );
  return [reader, lanes.flat()];
}

async function readerOf(stores: Stores, { viewer, algorithm, settings, now, ranking }: FindRequest): Promise<Reader> {
  if (viewer !== null) {
    return readReader(stores, { person: viewer, algorithm, settings, now, ranking });
  }
  await stores.graph.read(refuseWhileRebuilding);
  return { ...NOBODY, taste: { ...NOBODY.taste, ...algorithm.similarity } };
}

/** The exponent of 2 that a half-life takes from a weight in a millisecond. */
function fadePerMsOf(halfLifeDays: number | null): number {
  return halfLifeDays === null ? 0 : 1 / (halfLifeDays * DAY_MS);
}
