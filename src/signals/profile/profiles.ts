import type { Pool } from 'pg';
import type { Ranking } from '../../activity/ranking.ts';
import { HOUR_MS } from '../../core/clock.ts';
import type { Graph } from '../../graph/graph.ts';
import { readPeople } from '../../log/read/catalogue.ts';
import { createSparing, type OnSkipped } from '../sparing.ts';
import { type BehaviourProfile, behaviourProfile, neutralProfile, PROFILE_WINDOW_MS } from './behaviour.ts';
import { readQualityFacts } from './quality-facts.ts';
import { readActs } from './read-acts.ts';
import { activePeople, deleteOldProfiles, nextStretch, reached, readProfile, writeProfile } from './store.ts';

export interface ProfilePorts {
  readonly pool: Pool;
  readonly graph: Graph;
  readonly ranking: Ranking;
  /** When the person had what they did before forgotten, in milliseconds; null or absent: never. */
  readonly resetAtOf?: (person: string) => Promise<number | null>;
  /** The digest that a person would be known by had they been erased. */
  readonly erasedAs?: (person: string) => string;
  /** Told of a person whose profile could not be computed. */
  readonly onSkipped?: OnSkipped;
}

interface RefreshOptions {
  readonly now: number;
  /** So much of the log is looked through at a time; a refresh that is cut off does at most so much again. */
  readonly stretch?: number;
  /** Called after each stretch of the log; the refresh goes on when it returns, and ends early when it throws. */
  readonly onProgress?: (progress: { readonly position: number; readonly profiles: number }) => Promise<void>;
}

export interface Profiles {
  /**
   * What is known of a person without computing anything, for a feed: one read by key. Neutral when nothing is stored,
   * when it tells of nothing within 30 days, or of the time before `resetAt` (milliseconds).
   *
   * @throws AppError `LOG_UNAVAILABLE`
   */
  profileOf(person: string, now: number, resetAt?: number | null): Promise<BehaviourProfile>;
  /**
   * The profile of a person, at most an hour old; computed now, and kept, when there is none such.
   *
   * @throws AppError `LOG_UNAVAILABLE`, `GRAPH_UNAVAILABLE`
   */
  freshProfile(person: string, now: number): Promise<BehaviourProfile>;
  /** Computes the profiles of all who did something since the last time; a refresh that is cut off goes on where it was. */
  refresh(options: RefreshOptions): Promise<Refreshed>;
}

interface Refreshed {
  readonly profiles: number;
  /** People whose profiles could not be computed. */
  readonly skipped: number;
  readonly deleted: number;
}

const FRESH_MS = HOUR_MS;
const STRETCH = 5_000;
const AT_ONCE = 4;

export function createProfiles(ports: ProfilePorts): Profiles {
  const { pool, ranking, resetAtOf = async () => null } = ports;
  return {
    async profileOf(person, now, resetAt = null) {
      const stored = await readProfile(pool, person);
      const tells = stored !== undefined && stored.computedAt > now - PROFILE_WINDOW_MS;
      return tells && stored.since >= (resetAt ?? 0) ? stored : neutralProfile(now, ranking);
    },
    async freshProfile(person, now) {
      const [stored, resetAt] = await Promise.all([readProfile(pool, person), resetAtOf(person)]);
      const fresh = stored !== undefined && stored.computedAt >= now - FRESH_MS && stored.since >= (resetAt ?? 0);
      return fresh ? stored : compute(ports, person, now, resetAt);
    },
    refresh: (options) => refresh(ports, { resetAtOf, ...options }),
  };
}

async function compute(
  ports: ProfilePorts,
  person: string,
  now: number,
  resetAt: number | null,
): Promise<BehaviourProfile> {
  const { pool, ranking } = ports;
  const since = Math.max(now - PROFILE_WINDOW_MS, resetAt ?? 0);
  const query = { person, since, now };
  const [acts, facts, people] = await Promise.all([
    readActs(pool, query),
    readQualityFacts(ports, query),
    readPeople(pool, [person]),
  ]);
  const timeZone = people.get(person)?.timeZone ?? 'UTC';
  const profile = behaviourProfile({ acts, facts, timeZone, since, now }, ranking);
  // Of those who did nothing nothing is kept: anybody's id may be asked for, and there need not be such a person.
  if (profile.activities > 0) {
    await writeProfile(ports, person, profile);
  }
  return profile;
}

async function refresh(
  ports: ProfilePorts,
  {
    now,
    stretch: length = STRETCH,
    onProgress,
    resetAtOf,
  }: RefreshOptions & { readonly resetAtOf: (person: string) => Promise<number | null> },
): Promise<Refreshed> {
  const { pool } = ports;
  const sparing = createSparing(ports.onSkipped);
  let profiles = 0;
  for (;;) {
    const stretch = await nextStretch(pool, now, length);
    if (stretch === undefined) {
      const skipped = sparing.skipped();
      return { profiles: profiles - skipped, skipped, deleted: await deleteOldProfiles(pool, now) };
    }
    const people = await activePeople(pool, stretch, now);
    for (let from = 0; from < people.length; from += AT_ONCE) {
      const some = people.slice(from, from + AT_ONCE);
      await Promise.all(
        some.map((person) => sparing.each([person], async () => compute(ports, person, now, await resetAtOf(person)))),
      );
    }
    profiles += people.length;
    await reached(pool, stretch.to);
    await onProgress?.({ position: stretch.to, profiles });
  }
}
