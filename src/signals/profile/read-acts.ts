import type { Pool } from 'pg';
import { readRows } from '../../log/database.ts';
import { type Act, kindOfWord } from './act.ts';

interface ActRecord {
  readonly table: string;
  readonly word: string;
  readonly at: number;
  readonly type: string | null;
  readonly session_id: string | null;
  readonly duration_seconds: number | null;
  readonly scroll_depth_percentage: number | null;
  readonly has_media: boolean;
}

export interface ActsQuery {
  readonly person: string;
  /** Milliseconds: what happened from `since` to `now`. */
  readonly since: number;
  readonly now: number;
}

/** Of each audit table so many of the person's newest rows are read: the profile of the busiest is of their last days. */
const MOST_ROWS = 4_000;

/** The audit tables that hold what a person did, each once: a profile visit is read from `social_interaction` only. */
const PARTS = [
  part('content_interaction', 'interaction_type', {
    type: 'content_type',
    seconds: 'duration_seconds',
    scroll: 'scroll_depth_percentage',
  }),
  part('media_interaction', 'interaction_type', { type: 'media_type', seconds: 'duration_seconds' }),
  part('social_interaction', 'interaction_type', {}),
  part('vibe_activity', 'activity_type', { type: 'vibe_type' }),
  part('user_activity', 'activity_type', {}),
  part('session_activity', 'activity_type', { session: 'session_id', seconds: 'duration_seconds' }),
];

interface Columns {
  readonly type?: string;
  readonly session?: string;
  readonly seconds?: string;
  readonly scroll?: string;
}

/**
 * Found by person and time of receipt. It happened when the caller says, but not later than it was received; so what
 * happened since a moment was received since then, and what an import brought of earlier times is read and left out.
 */
function part(table: string, word: string, { type, session, seconds, scroll }: Columns): string {
  return `(SELECT '${table}' AS "table", ${word} AS word,
      (extract(epoch FROM least("timestamp", created_at)) * 1000)::float8 AS at,
      ${type ?? 'NULL'}::text AS type, ${session ?? 'NULL'}::text AS session_id,
      ${seconds ?? 'NULL'}::float8 AS duration_seconds, ${scroll ?? 'NULL'}::float8 AS scroll_depth_percentage,
      coalesce(metadata -> 'has_media' = 'true', false) AS has_media
    FROM ${table}
    WHERE user_id = $1 AND created_at >= $2 AND created_at <= $3 AND "timestamp" >= $2
      AND uid::text NOT IN (SELECT object FROM standing WHERE person_id = $1 AND fact = 'retracted' AND holds)
    ORDER BY created_at DESC, id DESC LIMIT ${MOST_ROWS})`;
}

/** What a person did, but for what they retracted, from the audit tables. @throws AppError `LOG_UNAVAILABLE` */
export async function readActs(pool: Pool, { person, since, now }: ActsQuery): Promise<Act[]> {
  const rows = await readRows<ActRecord>(pool, PARTS.join('\nUNION ALL\n'), [person, new Date(since), new Date(now)]);
  return rows.flatMap((row): Act[] => {
    const kind = kindOfWord(row.table, row.word);
    return kind === undefined
      ? []
      : [
          {
            kind,
            at: row.at,
            type: row.type,
            sessionId: row.session_id,
            durationSeconds: row.duration_seconds,
            scrollDepthPercentage: row.scroll_depth_percentage,
            hasMedia: row.has_media,
          },
        ];
  });
}
