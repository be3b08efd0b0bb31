import type { Pool } from 'pg';
import { z } from 'zod';
import { parseReference } from '../activity/reference.ts';
import { DAY_MS } from '../core/clock.ts';
import { readPrepared } from '../log/database.ts';

const depth = z.number().min(0).max(1);
const depthsSchema = z.strictObject({ author: depth, tags: depth, community: depth, similar: depth });

/**
 * How far a "no" lowers what it does not take out. What comes off is `depth · (1 − ramp)`, where the ramp stands at
 * `floor` for `outDays` and then climbs to 1 over `rampDays` (Twitter's fatigue: .2 → 1 over 140 days).
 */
export const fatigueSchema = z.strictObject({
  outDays: z.number().min(0),
  rampDays: z.number().positive(),
  floor: z.number().min(0).max(1),
  /** For the author, tags, community and likes of content that was reported, or hidden, or not of interest. */
  reported: depthsSchema,
  hidden: depthsSchema,
  /** For a person, tag or community that somebody wants less of. */
  wanted_less: depth,
});
export type Fatigue = z.output<typeof fatigueSchema>;

/** Something that a person did not want, with what it was about. */
export interface Dislike {
  readonly kind: 'reported' | 'hidden' | 'wanted_less';
  /** The content itself; null for a person, tag or community. */
  readonly content: string | null;
  readonly author: string | null;
  readonly tags: readonly string[];
  readonly community: string | null;
  /** Milliseconds. */
  readonly at: number;
}

/** The newest so many count. */
const MOST_DISLIKES = 50;

interface Row {
  readonly fact: string;
  readonly object: string;
  readonly author: string | null;
  readonly tags: readonly string[];
  readonly community: string | null;
  readonly at: number;
}

/** What a person did not want since `since` (milliseconds), the newest first. @throws AppError `LOG_UNAVAILABLE`. */
export async function readDislikes(pool: Pool, person: string, since: number): Promise<readonly Dislike[]> {
  const rows = await readPrepared<Row>(
    pool,
    `SELECT fact, object, author_id AS author, coalesce(tags, '{}') AS tags, community_id AS community,
       (extract(epoch FROM effective_at) * 1000)::float8 AS at
     FROM standing LEFT JOIN content ON content.reference = standing.object
     WHERE person_id = $1 AND fact IN ('hide', 'report', 'not_interested') AND holds AND effective_at > $2
     ORDER BY effective_at DESC, object, fact LIMIT $3`,
    [person, new Date(since), MOST_DISLIKES],
  );
  return rows.map(dislikeOf);
}

function dislikeOf({ fact, object, author, tags, community, at }: Row): Dislike {
  const { type, id } = parseReference(object) ?? { type: '', id: object };
  const nothing = { content: null, author: null, tags: [], community: null, at };
  switch (type) {
    case 'user':
      return { ...nothing, kind: 'wanted_less', author: id };
    case 'tag':
      return { ...nothing, kind: 'wanted_less', tags: [id] };
    case 'community':
      return { ...nothing, kind: 'wanted_less', community: id };
    default:
      return { kind: fact === 'report' ? 'reported' : 'hidden', content: object, author, tags, community, at };
  }
}

/** What a dislike is held against. */
export interface Fatiguing {
  readonly author: string | null;
  readonly tags: readonly string[];
  readonly community: string | null;
  /** How similar it is to disliked content, by its reference, in [0, 1] where it counts. */
  readonly dislikedLikeness: ReadonlyMap<string, number>;
}

/** However much somebody disliked, so much of a score is left. */
const LEAST_FACTOR = 0.05;

/**
 * The part of a score that is left after everything the person did not want: each dislike takes
 * `depth · match · (1 − ramp(age))` of it, by what matches best: the author, the share of its tags, the community, or
 * how similar it is.
 */
export function fatigueFactor(item: Fatiguing, dislikes: readonly Dislike[], fatigue: Fatigue, now: number): number {
  const left = dislikes.reduce((factor, dislike) => {
    return factor * (1 - matchOf(item, dislike, fatigue) * (1 - rampOf(now - dislike.at, fatigue)));
  }, 1);
  return Math.max(left, LEAST_FACTOR);
}

/** `floor` for `outDays`, then evenly up to 1 over `rampDays`. */
export function rampOf(ageMs: number, { outDays, rampDays, floor }: Fatigue): number {
  const climbed = (ageMs / DAY_MS - outDays) / rampDays;
  return floor + (1 - floor) * Math.min(Math.max(climbed, 0), 1);
}

function matchOf(item: Fatiguing, dislike: Dislike, fatigue: Fatigue): number {
  const depths = depthsOf(dislike.kind, fatigue);
  const shared = dislike.tags.filter((tag) => item.tags.includes(tag)).length;
  const likeness = dislike.content === null ? 0 : (item.dislikedLikeness.get(dislike.content) ?? 0);
  return Math.max(
    dislike.author !== null && dislike.author === item.author ? depths.author : 0,
    shared === 0 ? 0 : (depths.tags * shared) / dislike.tags.length,
    dislike.community !== null && dislike.community === item.community ? depths.community : 0,
    depths.similar * Math.min(Math.max(likeness, 0), 1),
  );
}

function depthsOf(kind: Dislike['kind'], { reported, hidden, wanted_less: less }: Fatigue): Fatigue['reported'] {
  return { reported, hidden, wanted_less: { author: less, tags: less, community: less, similar: 0 } }[kind];
}
