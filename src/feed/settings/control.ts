import type { Pool } from 'pg';
import type { Ranking } from '../../activity/ranking.ts';
import { type Clock, SECOND_MS } from '../../core/clock.ts';
import { AppError, isAppError } from '../../core/errors.ts';
import { isBusy } from '../../graph/failures.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Interest } from '../find/candidate.ts';
import { readContacts } from '../find/my-contacts.ts';
import { MOST_INTERESTS, readInterests } from '../find/my-interests.ts';
import { refuseWhileRebuilding } from '../find/rebuilding.ts';
import { worthOf } from '../rank/features.ts';
import { parseSettingsChange } from './change.ts';
import { correctInterests, interestsToRead } from './interests.ts';
import {
  type FeedSettings,
  HEURISTIC_NAMES,
  HEURISTICS,
  type HeuristicName,
  SLIDER_NAMES,
  SLIDERS,
  type SliderName,
} from './settings.ts';
import { changeFeedSettings, readFeedSettings, resetPersonalisation } from './store.ts';

/** What a person set, with everything that there is to set, and their interests as they count now. */
export interface SettingsView {
  readonly revision: number;
  readonly sliders: readonly {
    readonly name: SliderName;
    readonly meaning: string;
    /** 0 (counts nothing) to 2 (counts double). */
    readonly factor: number;
    /** The parts of a score that it multiplies, in whatever algorithm has them. */
    readonly multiplies: readonly string[];
  }[];
  readonly heuristics: readonly { readonly name: HeuristicName; readonly meaning: string; readonly on: boolean }[];
  readonly network: number | null;
  readonly muted_words: readonly string[];
  readonly muted_tags: readonly string[];
  /** What counts most first; null while the graph does not answer. */
  readonly interests: readonly InterestView[] | null;
  /** ISO 8601 in UTC. */
  readonly reset_at: string | null;
  readonly social_proof: boolean;
}

interface InterestView {
  readonly tag: string;
  readonly declared: boolean;
  /** What the person's own activities are worth now. */
  readonly weight: number;
  readonly factor: number;
  /** What it counts in the end. */
  readonly counts: number;
}

/** What people can see and change of how their own feed is made. */
export interface FeedControl {
  /** @throws AppError `LOG_UNAVAILABLE` */
  read(person: string): Promise<SettingsView>;
  /** @throws AppError `SETTINGS_INVALID`, `LOG_UNAVAILABLE` */
  change(person: string, change: unknown): Promise<SettingsView>;
  /** @throws AppError `GRAPH_BEHIND`, `GRAPH_REBUILDING`, `GRAPH_UNAVAILABLE`, `LOG_UNAVAILABLE` */
  reset(person: string): Promise<SettingsView>;
}

export interface FeedControlPorts {
  readonly graph: Graph;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly ranking: Ranking;
  /** True as soon as the graph has the position; false when it has not within the time. */
  readonly waitFor: (position: number, timeoutMs: number) => Promise<boolean>;
  /** Newest position of a person's own activities; 0 if there is none. */
  readonly headOf: (person: string) => Promise<number>;
}

const WAIT_MS = 5 * SECOND_MS;

export function createFeedControl(ports: FeedControlPorts): FeedControl {
  const { pool, clock } = ports;
  return {
    async read(person) {
      const settings = await readFeedSettings(pool, person);
      return viewOf(ports, settings, await interestsIfKnown(ports, person, settings));
    },
    async change(person, change) {
      const parsed = parseSettingsChange(change);
      const settings = await changeFeedSettings(pool, person, { change: parsed, now: clock.now() });
      return viewOf(ports, settings, await interestsIfKnown(ports, person, settings));
    },
    async reset(person) {
      const now = clock.now();
      const { interests, contacts } = await worthAtReset(ports, person, now);
      const worth = new Map(interests.map(({ tag, weight }) => [tag, weight]));
      const settings = await resetPersonalisation(pool, person, { interests: worth, contacts, now });
      return viewOf(ports, settings, interests);
    },
  };
}

/** Heavier ones are forgotten first; the rest is worth next to nothing. */
const MOST_FORGOTTEN = 5_000;

/** What is forgotten has everything that the person did: what the graph does not have yet could not be. */
async function worthAtReset(
  ports: FeedControlPorts,
  person: string,
  now: number,
): Promise<{ readonly interests: readonly Interest[]; readonly contacts: ReadonlyMap<string, number> }> {
  const { ranking } = ports;
  const head = await ports.headOf(person);
  if (!(await ports.waitFor(head, WAIT_MS))) {
    throw new AppError('GRAPH_BEHIND', `The graph has not reached ${head} within ${WAIT_MS / SECOND_MS} s`);
  }
  return ports.graph.read(async (tx) => {
    const [interests, contacts] = await Promise.all([
      readInterests(tx, person, { now, ranking, most: MOST_FORGOTTEN }),
      readContacts(tx, person, { now, ranking, most: MOST_FORGOTTEN }),
      refuseWhileRebuilding(tx),
    ]);
    return { interests, contacts };
  });
}

/** Settings can be seen and changed while the graph is away. */
async function interestsIfKnown(
  { graph, clock, ranking }: FeedControlPorts,
  person: string,
  settings: FeedSettings,
): Promise<readonly Interest[] | null> {
  const most = interestsToRead(MOST_INTERESTS, settings);
  try {
    return await graph.read((tx) => readInterests(tx, person, { now: clock.now(), ranking, most }));
  } catch (error) {
    if (isAppError(error, 'GRAPH_UNAVAILABLE') || isBusy(error)) {
      return null;
    }
    throw error;
  }
}

function viewOf(
  { clock, ranking }: FeedControlPorts,
  settings: FeedSettings,
  interests: readonly Interest[] | null,
): SettingsView {
  const factors = new Map(Object.entries(settings.weights));
  const at = { now: clock.now(), halfLifeMs: ranking.halfLifeMs.INTERESTED_IN };
  return {
    revision: settings.revision,
    sliders: SLIDER_NAMES.map((name) => ({ name, factor: factors.get(name) ?? 1, ...SLIDERS[name] })),
    heuristics: HEURISTIC_NAMES.map((name) => ({
      name,
      meaning: HEURISTICS[name],
      on: !settings.off.includes(name),
    })),
    network: settings.network,
    muted_words: settings.mutedWords,
    muted_tags: settings.mutedTags,
    interests: interests === null ? null : interestViews(interests, settings, at),
    reset_at: settings.resetAt === null ? null : new Date(settings.resetAt).toISOString(),
    social_proof: settings.socialProof,
  };
}

/** Those that count, and those that the person turned down to nothing, so that they can be turned up again. */
function interestViews(
  interests: readonly Interest[],
  settings: FeedSettings,
  at: { readonly now: number; readonly halfLifeMs: number },
): InterestView[] {
  const factors = new Map(Object.entries(settings.interests));
  const counting = correctInterests(interests, settings, at).map(({ tag, declared, weight, factor = 1 }) => ({
    tag,
    declared,
    weight,
    factor: factors.get(tag) ?? 1,
    counts: worthOf({ declared, weight, factor }),
  }));
  const shown = new Set(counting.map(({ tag }) => tag));
  const silent = [...factors]
    .filter(([tag]) => !shown.has(tag))
    .map(([tag, factor]) => {
      const known = interests.find((interest) => interest.tag === tag);
      return { tag, declared: known?.declared ?? false, weight: known?.weight ?? 0, factor, counts: 0 };
    });
  return [...counting, ...silent].sort((a, b) => b.counts - a.counts || (a.tag < b.tag ? -1 : 1));
}
