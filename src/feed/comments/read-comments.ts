import type { Pool } from 'pg';
import { decayFactor } from '../../activity/decay.ts';
import { engagementOf } from '../../activity/engagement.ts';
import { KINDS } from '../../activity/kinds.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { MEDIA_TYPES, parseReference, type Reference, referenceTo } from '../../activity/reference.ts';
import { readRows } from '../../log/database.ts';

/** A comment as the catalogue has it. */
export interface StoredComment {
  readonly content: Reference;
  readonly title: string | null;
  readonly author: string | null;
  /** Milliseconds. */
  readonly createdAt: number | null;
}

/** So many of the newest comments of a piece of content are ranked. */
const MOST_COMMENTS = 500;
const MOST_ATTACHMENTS = 2_000;
const MOST_MEDIA_ACTS = 5_000;
/** However often somebody looks at the pictures of a comment, it counts no more than making something. */
const MOST_OF_ONE = 1;

/** What was said in reply to a piece of content, newest first. @throws AppError `LOG_UNAVAILABLE` */
export function readComments(pool: Pool, content: Reference): Promise<StoredComment[]> {
  return readRows<StoredComment>(
    pool,
    `SELECT reference AS content, title, author_id AS author,
       (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt"
     FROM content
     WHERE reply_to = $1 AND deleted_at IS NULL AND type <> ALL ($2)
     ORDER BY created_at DESC NULLS LAST, reference LIMIT $3`,
    [content, MEDIA_TYPES, MOST_COMMENTS],
  );
}

/** Pictures, films and files that were published as part of a comment, by comment. @throws AppError `LOG_UNAVAILABLE` */
export async function readAttachments(
  pool: Pool,
  comments: readonly Reference[],
): Promise<ReadonlyMap<Reference, readonly Reference[]>> {
  const rows = await readRows<{ comment: string; media: string[] }>(
    pool,
    `SELECT reply_to AS comment, array_agg(reference ORDER BY reference) AS media
     FROM (
       SELECT reply_to, reference FROM content
       WHERE reply_to = ANY ($1) AND deleted_at IS NULL AND type = ANY ($2)
       ORDER BY reply_to, reference LIMIT $3
     ) AS attached
     GROUP BY reply_to`,
    [comments, MEDIA_TYPES, MOST_ATTACHMENTS],
  );
  return new Map(rows.map(({ comment, media }) => [comment, media]));
}

interface MediaAct {
  readonly comment: string;
  readonly media: string;
  readonly person: string;
  readonly word: string;
  readonly durationSeconds: number | null;
  readonly at: number;
}

export interface MediaActsQuery {
  readonly comments: readonly StoredComment[];
  /** Media that stand in the catalogue as part of a comment: what is done with them is counted there. */
  readonly attachments: ReadonlyMap<Reference, readonly Reference[]>;
  readonly now: number;
  readonly ranking: Ranking;
}

/**
 * What others than the author did with media that only the activity itself places in a comment, by `comment_uid` in its
 * metadata (seed 000, 4.3): engagement by comment, faded to `now`.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function readMediaEngagement(
  pool: Pool,
  { comments, attachments, now, ranking }: MediaActsQuery,
): Promise<ReadonlyMap<Reference, number>> {
  const commentOf = new Map(comments.flatMap((comment) => namesOf(comment.content).map((name) => [name, comment])));
  const ofPeople = new Map<string, { readonly comment: Reference; sum: number }>();
  for (const act of await readMediaActs(pool, [...commentOf.keys()], now)) {
    const comment = commentOf.get(act.comment);
    if (
      comment !== undefined &&
      act.person !== comment.author &&
      attachments.get(comment.content)?.includes(act.media) !== true
    ) {
      const key = JSON.stringify([comment.content, act.person]);
      const known = ofPeople.get(key) ?? { comment: comment.content, sum: 0 };
      ofPeople.set(key, { ...known, sum: known.sum + engagementNow(act, now, ranking) });
    }
  }
  const engagement = new Map<Reference, number>();
  for (const { comment, sum } of ofPeople.values()) {
    engagement.set(comment, (engagement.get(comment) ?? 0) + Math.min(sum, MOST_OF_ONE));
  }
  return engagement;
}

/** How activities may call a comment: as type:id, or a comment proper by its id alone, as the seed has it. */
function namesOf(content: Reference): string[] {
  const { type, id } = parseReference(content) ?? { type: '', id: '' };
  return type === 'comment' ? [content, id] : [content];
}

const kindOfWord = new Map(KINDS.filter(({ table }) => table === 'media_interaction').map((kind) => [kind.word, kind]));

function engagementNow(act: MediaAct, now: number, ranking: Ranking): number {
  const kind = kindOfWord.get(act.word);
  if (kind === undefined || kind.nature === 'record') {
    return 0;
  }
  const measures = { durationSeconds: act.durationSeconds, scrollDepthPercentage: null };
  const left = decayFactor(Math.max(now - act.at, 0), ranking.halfLifeMs.ENGAGED);
  return engagementOf(kind.name, measures, ranking) * left;
}

async function readMediaActs(pool: Pool, names: readonly string[], now: number): Promise<MediaAct[]> {
  const rows = await readRows<Omit<MediaAct, 'media'> & { type: string; id: string }>(
    pool,
    `SELECT metadata ->> 'comment_uid' AS comment, media_type AS type, media_id AS id, user_id AS person,
       interaction_type AS word, duration_seconds AS "durationSeconds",
       (extract(epoch FROM least("timestamp", created_at)) * 1000)::float8 AS at
     FROM media_interaction
     WHERE metadata ? 'comment_uid' AND metadata ->> 'comment_uid' = ANY ($1) AND created_at <= $2
     ORDER BY created_at DESC, media_interaction.id DESC LIMIT $3`,
    [names, new Date(now), MOST_MEDIA_ACTS],
  );
  return rows.map(({ type, id, ...row }) => ({ ...row, media: referenceTo(type, id) }));
}
