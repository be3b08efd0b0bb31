import type { Pool } from 'pg';
import type { Ranking } from '../activity/ranking.ts';
import type { Graph } from '../graph/graph.ts';
import type { Current } from '../log/read/permissions.ts';
import type { Hydrated, Viewer } from './find/candidate.ts';
import type { EverybodyRequest, ForEverybody } from './find/everybody.ts';
import { findCandidates } from './find/find.ts';
import { hydrate } from './hydrate.ts';
import type { Algorithm } from './rank/algorithm.ts';
import { applyRules, type Unwanted } from './rules.ts';
import type { FeedSettings } from './settings/settings.ts';
import { readRecentActs, viewerOf } from './viewer.ts';

export interface GatherPorts {
  readonly graph: Graph;
  readonly pool: Pool;
  readonly ranking: Ranking;
  readonly observe: (name: string, durationMs: number) => void;
  readonly everybody: (request: EverybodyRequest) => Promise<ForEverybody>;
}

export interface GatherRequest {
  /** Null for somebody who is not known. */
  readonly viewer: string | null;
  readonly algorithm: Algorithm;
  readonly now: number;
  /** What is read must come from a graph that had this position. */
  readonly needed: number;
  readonly settings: FeedSettings;
  readonly suppressions: Unwanted;
}

/** What a feed is ranked from. */
export interface Gathered {
  readonly viewer: Viewer;
  /** What the rules leave of the candidates. */
  readonly kept: readonly Hydrated[];
  /** What the rules took out, by rule. */
  readonly removed: Readonly<Record<string, readonly string[]>>;
  readonly visible: ReadonlyMap<string, Current>;
  readonly titles: ReadonlyMap<string, string | null>;
}

/**
 * The first three steps of the feed: find → hydrate → rules. Only the first two read the stores.
 *
 * @throws AppError `GRAPH_REBUILDING`, `GRAPH_UNAVAILABLE`, `LOG_UNAVAILABLE`
 */
export async function gather(ports: GatherPorts, request: GatherRequest): Promise<Gathered> {
  const { graph, pool, ranking, observe } = ports;
  const { algorithm, now, needed, settings, suppressions } = request;
  const timed = stopwatch(observe);
  const [{ candidates, reader }, acts] = await Promise.all([
    findCandidates(graph, {
      viewer: request.viewer,
      algorithm,
      settings,
      now,
      ranking,
      everybody: ports.everybody({ algorithm, now, needed }),
      observe,
    }),
    readRecentActs(pool, request.viewer),
  ]);
  timed('step:find');
  const asked = { viewer: request.viewer, candidates, reader, algorithm, settings, now, ranking };
  const hydrated = await hydrate({ graph, pool }, asked);
  timed('step:hydrate');
  const viewer = viewerOf(request.viewer, reader, acts, now, ranking);
  const { kept, removed } = applyRules(hydrated.candidates, algorithm.rules, {
    viewer: request.viewer,
    now,
    suppressions,
    seen: viewer.seen,
    excludedTypes: new Set(algorithm.excludedTypes),
    attachmentTypes: new Set(algorithm.attachmentTypes),
  });
  timed('step:rules');
  return { viewer, kept, removed, visible: hydrated.visible, titles: hydrated.titles };
}

/** Tells how long it is since it was made, or since it told last. */
function stopwatch(observe: (name: string, durationMs: number) => void): (name: string) => void {
  let started = performance.now();
  return (name) => {
    const now = performance.now();
    observe(name, now - started);
    started = now;
  };
}
