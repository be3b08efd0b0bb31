import type { Pool } from 'pg';
import { decayFactor } from '../activity/decay.ts';
import type { Ranking } from '../activity/ranking.ts';
import { parseReference } from '../activity/reference.ts';
import { readPrepared } from '../log/database.ts';
import type { Dislike } from './dislikes.ts';
import type { Viewer } from './find/candidate.ts';
import type { Reader } from './find/reader.ts';
import type { Habits } from './habits.ts';

/** What a person did lately that the graph has no edge for. */
export interface RecentActs {
  /** When each content was seen last, in milliseconds; newest first. */
  readonly seen: ReadonlyMap<string, number>;
  readonly visits: readonly { readonly person: string; readonly at: number }[];
}

const NOTHING: RecentActs = { seen: new Map(), visits: [] };

/** Kinds by which a person has seen content without being engaged, or while being against it. */
const SEEING = ['impression', 'view', 'downvote'];
const VISITING = 'profile_visit';
/** So much of what a person did last with content, and with people, is read. */
const MOST_SEEN = 2_000;
const MOST_VISITS = 200;
/** Seed 000: the mix of types is taken from the last so many things seen. */
const LAST_SEEN = 50;

/**
 * What the person saw and whom they visited, from the audit rows, newest first: there what people do with content is by
 * itself, and heartbeats and page views do not push it out.
 */
export async function readRecentActs(pool: Pool, viewer: string | null): Promise<RecentActs> {
  if (viewer === null) {
    return NOTHING;
  }
  const rows = await readPrepared<{ kind: string; object: string | null; target_id: string | null; at: Date }>(
    pool,
    `SELECT interaction_type AS kind, content_type || ':' || content_id AS object, NULL AS target_id, least("timestamp", created_at) AS at
     FROM (
       SELECT * FROM content_interaction WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2
     ) AS newest
     WHERE interaction_type = ANY ($3)
     UNION ALL
     SELECT interaction_type, NULL, target_user_id, least("timestamp", created_at)
     FROM (
       SELECT * FROM social_interaction WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $4
     ) AS newest
     WHERE interaction_type = $5
     ORDER BY at DESC`,
    [viewer, MOST_SEEN, SEEING, MOST_VISITS, VISITING],
  );
  return {
    seen: lastSeen(rows),
    visits: rows.flatMap(({ kind, target_id: person, at }) =>
      kind === VISITING && person !== null ? [{ person, at: at.getTime() }] : [],
    ),
  };
}

function lastSeen(rows: readonly { readonly kind: string; readonly object: string | null; readonly at: Date }[]) {
  const seen = new Map<string, number>();
  for (const { kind, object, at } of rows) {
    if (kind !== VISITING && object !== null && !seen.has(object)) {
      seen.set(object, at.getTime());
    }
  }
  return seen;
}

/** What was read of the reader, in the graph and beside it. */
export interface Known {
  readonly reader: Reader;
  readonly acts: RecentActs;
  readonly dislikes: readonly Dislike[];
  readonly habits: Habits;
  /** What was done before this time does not personalise, in milliseconds. */
  readonly resetAt: number | null;
}

/** Everything known of the reader, put together. What was seen stays seen, whatever the person had forgotten. */
export function viewerOf(id: string | null, known: Known, now: number, ranking: Ranking): Viewer {
  const { reader, acts, dislikes, habits, resetAt } = known;
  const since = resetAt ?? Number.NEGATIVE_INFINITY;
  const visits = new Map<string, number>();
  for (const { person, at } of acts.visits.filter((visit) => visit.at > since)) {
    const left = decayFactor(Math.max(now - at, 0), ranking.halfLifeMs.INTERACTED);
    visits.set(person, (visits.get(person) ?? 0) + left);
  }
  const seen = [...acts.seen.entries()];
  const seenTypes = seen
    .slice(0, LAST_SEEN)
    .filter(([, at]) => at > since)
    .map(([content]) => ({ type: typeOf(content), weight: 1 }));
  return {
    id,
    ties: new Map(reader.ties.map((tie) => [tie.person, tie])),
    interests: new Map(reader.interests.map((interest) => [interest.tag, interest])),
    communities: new Set(reader.communities),
    typeShares: sharesOf(reader.types),
    seen: new Set(acts.seen.keys()),
    dislikes,
    habits,
    seenTypeShares: sharesOf(seenTypes),
    visits,
  };
}

function typeOf(content: string): string {
  return parseReference(content)?.type ?? '';
}

function sharesOf(weighted: readonly { readonly type: string; readonly weight: number }[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { type, weight } of weighted) {
    sums.set(type, (sums.get(type) ?? 0) + weight);
  }
  const total = [...sums.values()].reduce((sum, weight) => sum + weight, 0);
  return new Map([...sums].map(([type, weight]) => [type, weight / total]));
}
