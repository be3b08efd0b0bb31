import type { Pool } from 'pg';
import type { Ranking } from '../activity/ranking.ts';
import { DAY_MS } from '../core/clock.ts';
import type { Graph } from '../graph/graph.ts';
import type { Current } from '../log/read/permissions.ts';
import type { Anchor } from './anchor.ts';
import { type Dislike, readDislikes } from './dislikes.ts';
import type { Candidate, Hydrated, Viewer } from './find/candidate.ts';
import type { EverybodyRequest, ForEverybody } from './find/everybody.ts';
import { findCandidates } from './find/find.ts';
import { type Habits, NO_HABITS } from './habits.ts';
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
  /** What a person usually does; what they did before `resetAt` (milliseconds) is forgotten. */
  readonly habitsOf: (person: string, now: number, resetAt: number | null) => Promise<Habits>;
}

/** So many of the newest pieces of disliked content are compared with candidates. */
const MOST_DISLIKED = 10;

export interface GatherRequest {
  /** What the feed is about; undefined when it is about everything. */
  readonly anchor?: Anchor | undefined;
  /** Null for somebody who is not known. */
  readonly viewer: string | null;
  readonly algorithm: Algorithm;
  /** Looks at this content alone, whether a source brings it or not. */
  readonly only?: string;
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
}

/**
 * The first three steps of the feed: find → hydrate → rules. Only the first two read the stores.
 *
 * @throws AppError `GRAPH_REBUILDING`, `GRAPH_UNAVAILABLE`, `LOG_UNAVAILABLE`
 */
export async function gather(ports: GatherPorts, request: GatherRequest): Promise<Gathered> {
  const { graph, pool, ranking, observe, habitsOf } = ports;
  const { algorithm, now, needed, settings, suppressions } = request;
  const { viewer: id } = request;
  const timed = stopwatch(observe);
  const disliking = id === null ? Promise.resolve([]) : readDislikes(pool, id, dislikesSince(request));
  const [{ candidates: found, reader, similar }, acts, dislikes, habits] = await Promise.all([
    findCandidates(
      { graph, pool },
      {
        viewer: id,
        algorithm,
        anchor: request.anchor,
        settings,
        now,
        ranking,
        everybody: ports.everybody({ algorithm, now, needed }),
        disliked: disliking.then(dislikedContents),
        observe,
      },
    ),
    readRecentActs(pool, id),
    disliking,
    id === null ? NO_HABITS : habitsOf(id, now, settings.resetAt),
  ]);
  timed('step:find');
  const candidates = request.only === undefined ? found : [foundOrNot(request.only, found)];
  const asked = { viewer: id, candidates, reader, similar, algorithm, settings, now, ranking };
  const hydrated = await hydrate({ graph, pool }, asked);
  timed('step:hydrate');
  const viewer = viewerOf(id, { reader, acts, dislikes, habits, resetAt: settings.resetAt }, now, ranking);
  const { kept, removed } = applyRules(hydrated.candidates, algorithm.rules, {
    viewer: id,
    now,
    suppressions,
    seen: viewer.seen,
    excludedTypes: new Set(algorithm.excludedTypes),
    attachmentTypes: new Set(algorithm.attachmentTypes),
    network: settings.network,
    ties: viewer.ties,
  });
  timed('step:rules');
  return { viewer, kept, removed, visible: hydrated.visible };
}

function dislikedContents(dislikes: readonly Dislike[]): readonly string[] {
  return dislikes.flatMap(({ content }) => content ?? []).slice(0, MOST_DISLIKED);
}

function foundOrNot(content: string, found: readonly Candidate[]): Candidate {
  return found.find((candidate) => candidate.content === content) ?? { content, sources: [], trend: null, catchUp: 0 };
}

/** What was disliked before has no weight any more, or the person had it forgotten. */
function dislikesSince({ now, algorithm, settings }: GatherRequest): number {
  const { outDays, rampDays } = algorithm.fatigue;
  return Math.max(now - (outDays + rampDays) * DAY_MS, settings.resetAt ?? 0);
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
