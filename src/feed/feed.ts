import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { BehaviourFlags } from '../activity/personal-weights.ts';
import { foldFingerprint, type Ranking } from '../activity/ranking.ts';
import { type Clock, SECOND_MS } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Current } from '../log/read/permissions.ts';
import { type Anchor, algorithmAskedFor, checkAnchor, isHidden, scopeOf } from './anchor.ts';
import { readCursor } from './cursor.ts';
import { type FeedPage, type PageRequest, present } from './explain/present.ts';
import type { Because, Hydrated, Viewer } from './find/candidate.ts';
import { createEverybody, type EverybodyRequest, type ForEverybody } from './find/everybody.ts';
import { gather } from './gather.ts';
import { type Habits, NO_HABITS } from './habits.ts';
import { type Judging, judged } from './judging.ts';
import { createKeptFeeds, type KeptFeeds } from './kept-feeds.ts';
import { type Algorithm, settingsRevision } from './rank/algorithm.ts';
import { algorithmNamed, DEFAULT_ALGORITHM } from './rank/algorithms.ts';
import { featuresOf } from './rank/features.ts';
import { isInNetwork, rank, type Scorable } from './rank/rank.ts';
import { rankedWith } from './rank/ranked-with.ts';
import { withTuning } from './rank/tuned.ts';
import type { Unwanted } from './rules.ts';
import { settingsFor, withoutSwitchedOff } from './settings/apply.ts';
import type { FeedSettings } from './settings/settings.ts';
import { readWishes } from './settings/wishes.ts';
import {
  findSnapshot,
  readReusable,
  type Snapshot,
  type SnapshotKey,
  type WalkedFeed,
  walkSnapshot,
  writeSnapshot,
} from './snapshot.ts';
import { visibleAhead } from './visible-ahead.ts';
import { waitForGraph } from './wait-for-graph.ts';

export interface FeedRequest extends Judging {
  /** A person's id, or null for somebody who is not known. */
  readonly viewer: string | null;
  /** Items on the page, 1 to 100. */
  readonly limit: number;
  readonly cursor?: string;
  /** For a first page: the graph must have folded the log up to here. */
  readonly afterPosition?: number;
  readonly algorithm?: string;
  /** What the feed is about; without it, it is about everything. */
  readonly anchor?: Anchor;
  /** True when it is not the person who will see the page: such a page is not noted as given out. */
  readonly preview?: boolean;
}

/** A page as it was given out to a known person. */
interface ServedPage {
  /** The ranked feed that it is part of. */
  readonly snapshot: string;
  /** Milliseconds. */
  readonly servedAt: number;
  readonly items: readonly { readonly rank: number; readonly content: string; readonly propensity: number }[];
}

export interface Feed {
  /**
   * One page of a person's feed.
   *
   * @throws AppError `REQUEST_MALFORMED`, `ALGORITHM_UNKNOWN`, `CURSOR_MALFORMED`, `CURSOR_EXPIRED`, `GRAPH_BEHIND`,
   *   `GRAPH_REBUILDING`, `GRAPH_UNAVAILABLE`, `LOG_UNAVAILABLE`
   */
  page(request: FeedRequest): Promise<FeedPage>;
  /**
   * What a feed would be ranked from, in the order in which the sources brought it: find → hydrate → rules. Writes
   * nothing and waits for nothing.
   *
   * @throws AppError `ALGORITHM_UNKNOWN`, `GRAPH_REBUILDING`, `GRAPH_UNAVAILABLE`, `LOG_UNAVAILABLE`
   */
  candidates(request: CandidatesRequest): Promise<SignalledCandidate[]>;
  /**
   * What a person's feed makes of one piece of content now, whether a source brings it or not. Writes nothing.
   *
   * @throws AppError `ALGORITHM_UNKNOWN`, `GRAPH_REBUILDING`, `GRAPH_UNAVAILABLE`, `LOG_UNAVAILABLE`
   */
  consider(request: ConsiderRequest): Promise<Considered>;
}

interface ConsiderRequest {
  readonly viewer: string;
  readonly content: string;
  readonly algorithm: string;
}

export interface Considered {
  readonly viewer: Viewer;
  readonly algorithm: Algorithm;
  readonly settings: FeedSettings;
  /** Undefined when a rule takes it out, or the graph does not have it. */
  readonly candidate: Hydrated | undefined;
  readonly rule: string | undefined;
}

/** Asked at a `now` of the caller's, so that a feed can be judged at the end of its data. */
interface CandidatesRequest extends Judging {
  readonly viewer: string | null;
  /** A name, or an algorithm that no file has. */
  readonly algorithm: string | Algorithm;
  readonly now: number;
}

/** A candidate that the rules let pass, with its signals; see `scoreCandidate`. */
interface SignalledCandidate extends Scorable {
  readonly content: string;
  readonly type: string;
  readonly author: string | null;
  readonly tags: readonly string[];
  readonly sources: readonly string[];
  readonly because: readonly Because[];
  /** What kind of person asks. */
  readonly flags: BehaviourFlags;
}

export interface FeedPorts {
  readonly graph: Graph;
  readonly pool: Pool;
  /** True as soon as the graph has the position; false when it has not within the time. */
  readonly waitFor: (position: number, timeoutMs: number) => Promise<boolean>;
  /** Newest position of a person's own activities; 0 if there is none. */
  readonly headOf: (person: string) => Promise<number>;
  /** How far the graph is, as this process knows. */
  readonly projectionPosition: () => number;
  readonly cursorSecret: string;
  readonly clock: Clock;
  readonly ranking: Ranking;
  /** What a person usually does, see `Habits`; without it nobody has habits. */
  readonly habitsOf?: (person: string, now: number, resetAt: number | null) => Promise<Habits>;
  /** The algorithm of somebody whose request names none. */
  readonly algorithmFor?: (viewer: string | null) => string;
  /** The digest that a person would be known by had they been erased. */
  readonly erasedAs?: (person: string) => string;
  /** Told of every page that a person is given. */
  readonly served?: (page: ServedPage) => void;
  /** Told how long each candidate source and each step took, in milliseconds. */
  readonly observe?: (name: string, durationMs: number) => void;
  /** How long a first page waits for the graph, in milliseconds. */
  readonly waitMs?: number;
  /** How long a snapshot serves as first page again while the person does nothing, in milliseconds. */
  readonly reuseMs?: number;
}

interface Parts extends FeedPorts {
  readonly observe: (name: string, durationMs: number) => void;
  readonly everybody: (request: EverybodyRequest) => Promise<ForEverybody>;
  readonly habitsOf: (person: string, now: number, resetAt: number | null) => Promise<Habits>;
  readonly kept: KeptFeeds;
}

const MOST_ITEMS = 100;
/**
 * Snapshots live for half an hour for those who walk them, but a first page shows what others did meanwhile: after
 * this time the feed is ranked anew.
 */
const REUSE_MS = 10 * SECOND_MS;

/** The feed: find → hydrate → rules → rank → explain, over a snapshot that pages walk. Only find and hydrate read the graph. */
export function createFeed(given: FeedPorts): Feed {
  const { graph, ranking, projectionPosition, observe = () => undefined } = given;
  const { algorithmFor = () => DEFAULT_ALGORITHM } = given;
  const { habitsOf = async () => NO_HABITS } = given;
  const ports = {
    ...given,
    observe,
    habitsOf,
    kept: createKeptFeeds(),
    everybody: createEverybody({ graph, ranking, projectionPosition, observe }),
  };
  return {
    async page(request) {
      if (!Number.isInteger(request.limit) || request.limit < 1 || request.limit > MOST_ITEMS) {
        throw new AppError('REQUEST_MALFORMED', `limit: must be a whole number from 1 to ${MOST_ITEMS}`);
      }
      if (request.cursor !== undefined) {
        return laterPage(ports, request, request.cursor);
      }
      const named = algorithmNamed(algorithmAskedFor(request, algorithmFor));
      checkAnchor(named, request.anchor);
      return firstPage(ports, request, named);
    },
    candidates: (request) => candidatesOf(ports, request),
    consider: (request) => consider(ports, request),
  };
}

async function candidatesOf(ports: Parts, request: CandidatesRequest): Promise<SignalledCandidate[]> {
  const { viewer: id, now } = request;
  const { algorithm: asked } = request;
  const named = typeof asked === 'string' ? await withTuning(ports.pool, algorithmNamed(asked)) : asked;
  const algorithm = judged(named, request);
  const { settings, suppressions } = await readWishes(ports.pool, id);
  const { kept, viewer } = await gather(ports, {
    viewer: id,
    algorithm,
    now,
    needed: ports.projectionPosition(),
    settings,
    suppressions,
  });
  return kept.map((candidate) => ({
    content: candidate.content,
    type: candidate.type,
    author: candidate.author,
    tags: candidate.tags,
    sources: candidate.sources,
    because: candidate.because,
    features: featuresOf(candidate, viewer, now),
    inNetwork: isInNetwork(candidate, viewer),
    flags: viewer.habits.flags,
  }));
}

async function consider(ports: Parts, request: ConsiderRequest): Promise<Considered> {
  const { viewer: id, content: only } = request;
  const { settings, suppressions } = await readWishes(ports.pool, id);
  const named = await withTuning(ports.pool, algorithmNamed(request.algorithm));
  const algorithm = withoutSwitchedOff(named, settings);
  const at = { now: ports.clock.now(), needed: ports.projectionPosition() };
  const { kept, removed, viewer } = await gather(ports, { viewer: id, algorithm, only, ...at, settings, suppressions });
  return {
    viewer,
    algorithm,
    settings: settingsFor(algorithm, settings),
    candidate: kept[0],
    rule: Object.keys(removed)[0],
  };
}

/** Of the feed that the cursor walks, by whatever algorithm the person would be given a new one now. */
async function laterPage(ports: Parts, request: FeedRequest, cursor: string): Promise<FeedPage> {
  const { pool, cursorSecret, clock, kept } = ports;
  const { viewer, algorithm: named } = request;
  const place = readCursor(cursor, { viewer, scope: scopeOf(request.anchor) }, cursorSecret);
  const [snapshot, suppressions, hidden] = await Promise.all([
    walkSnapshot(pool, { id: place.snapshot, viewer, now: clock.now(), kept }),
    readWishes(pool, viewer).then((wishes) => wishes.suppressions),
    isHidden(pool, viewer, request.anchor),
  ]);
  if (snapshot === undefined || hidden) {
    throw new AppError(
      'CURSOR_EXPIRED',
      'The feed that this cursor walks is older than 30 minutes, or what it is about is gone',
    );
  }
  const { algorithm } = snapshot;
  if (named !== undefined && algorithmNamed(named).name !== algorithm) {
    throw new AppError('CURSOR_MALFORMED', `The feed that this cursor walks is by ${algorithm}`);
  }
  return showStored(ports, request, { algorithm, snapshot, after: place.rank, suppressions });
}

async function firstPage(ports: Parts, request: FeedRequest, named: Algorithm): Promise<FeedPage> {
  const { viewer, afterPosition = 0 } = request;
  const { anchor, preview = false } = request;
  const kind = { viewer, algorithm: named.name, scope: scopeOf(anchor), preview };
  const since = ports.clock.now() - (ports.reuseMs ?? REUSE_MS);
  const [tuned, headPosition, { settings, suppressions }, reusable, hidden] = await Promise.all([
    withTuning(ports.pool, named),
    waitForGraph(ports, viewer, afterPosition),
    readWishes(ports.pool, viewer),
    readReusable(ports.pool, kind, { since, position: afterPosition }),
    isHidden(ports.pool, viewer, anchor),
  ]);
  const algorithm = judged(tuned, request);
  const revision = settingsRevision(algorithm, foldFingerprint(ports.ranking), settings);
  const key = { ...kind, settingsRevision: revision, headPosition };
  // What hidden content is like must not be told any more, by no older page either.
  const recent = hidden ? undefined : await findSnapshot(ports.pool, reusable, { key, kept: ports.kept });
  return recent === undefined
    ? showNew(ports, request, { algorithm, key, needed: afterPosition, settings, suppressions, hidden })
    : showStored(ports, request, { algorithm: algorithm.name, snapshot: recent, after: 0, suppressions });
}

async function showStored(
  ports: FeedPorts,
  request: FeedRequest,
  page: {
    /** By name. */
    readonly algorithm: string;
    readonly snapshot: WalkedFeed;
    readonly after: number;
    readonly suppressions: Unwanted;
  },
): Promise<FeedPage> {
  const visible = await visibleAhead(ports.pool, {
    ...page,
    viewer: request.viewer,
    limit: request.limit,
    now: ports.clock.now(),
  });
  const shown = await present(ports.pool, {
    ...common(ports, request, page.algorithm),
    snapshot: page.snapshot,
    after: page.after,
    permissions: { suppressions: page.suppressions, visible },
  });
  note(ports, request, page.snapshot, shown);
  return shown;
}

interface NewFeed {
  readonly algorithm: Algorithm;
  readonly key: SnapshotKey;
  /** What is the same for everybody must come from a graph that had this position; the person's own is read anew. */
  readonly needed: number;
  readonly settings: FeedSettings;
  readonly suppressions: Unwanted;
  /** Whether it is about content that its reader may not see. */
  readonly hidden: boolean;
}

async function showNew(ports: Parts, request: FeedRequest, feed: NewFeed): Promise<FeedPage> {
  const { algorithm, key, suppressions } = feed;
  const { snapshot, visible } = await makeSnapshot(ports, request, feed);
  // The cursor must be good as soon as it is given out, so the page waits for both.
  const [page, walked] = await Promise.all([
    present(ports.pool, {
      ...common(ports, request, algorithm.name),
      snapshot,
      after: 0,
      permissions: { suppressions, visible },
    }),
    writeSnapshot(ports, key, snapshot),
  ]);
  ports.kept.put(walked);
  note(ports, request, snapshot, page);
  return page;
}

/** Tells that a page was given out, unless nobody in particular or somebody else asked for it. */
function note({ served, clock }: FeedPorts, request: FeedRequest, snapshot: WalkedFeed, page: FeedPage): void {
  if (request.viewer !== null && request.preview !== true && page.items.length > 0) {
    const propensityAt = (rank: number): number => snapshot.items.slice(rank - 1, rank)[0]?.propensity ?? 1;
    const items = page.items.map(({ rank, content }) => ({ rank, content, propensity: propensityAt(rank) }));
    served?.({ snapshot: snapshot.id, servedAt: clock.now(), items });
  }
}

function common(
  ports: FeedPorts,
  request: FeedRequest,
  algorithm: string,
): Pick<PageRequest, 'viewer' | 'algorithm' | 'scope' | 'limit' | 'cursorSecret' | 'now'> {
  return {
    viewer: request.viewer,
    algorithm,
    scope: scopeOf(request.anchor),
    limit: request.limit,
    cursorSecret: ports.cursorSecret,
    now: ports.clock.now(),
  };
}

interface Made {
  readonly snapshot: Snapshot;
  readonly visible: ReadonlyMap<string, Current>;
}

/** The pipeline. */
async function makeSnapshot(
  ports: Parts,
  { viewer, anchor }: FeedRequest,
  { algorithm, needed, settings, suppressions, hidden }: NewFeed,
): Promise<Made> {
  const now = ports.clock.now();
  const wanted = withoutSwitchedOff(algorithm, settings);
  const own = hidden ? { ...wanted, sources: {} } : wanted;
  // Read before the graph is, so that it claims no more than the graph had.
  const graphPosition = ports.projectionPosition();
  const gathered = await gather(ports, { viewer, anchor, algorithm: own, now, needed, settings, suppressions });
  const id = randomUUID();
  const started = performance.now();
  const context = { viewer: gathered.viewer, algorithm: own, settings: settingsFor(own, settings), now, seed: id };
  const items = rank(gathered.kept, context);
  ports.observe('step:rank', performance.now() - started);
  const { removed, visible } = gathered;
  const snapshot = { id, graphPosition, createdAt: now, items, removed, rankedWith: rankedWith(context) };
  return { snapshot, visible };
}
