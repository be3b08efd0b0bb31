import type { Pool } from 'pg';
import { z } from 'zod';
import type { Ranking } from '../../activity/ranking.ts';
import type { Reference } from '../../activity/reference.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import { type Current, readSuppressions, visibleNow } from '../../log/read/permissions.ts';
import { isRefused, type Unwanted } from '../rules.ts';
import { readFeedSettings } from '../settings/store.ts';
import { type RankedComment, rankComments } from './rank-comments.ts';
import { readAttachments, readComments, readMediaEngagement, type StoredComment } from './read-comments.ts';

const engagement = defineQuery({
  name: 'feed/comments',
  mode: 'read',
  params: z.object({ references: z.array(z.string()), now: z.number(), halfLifeMs: z.number() }),
  row: z.object({ content: z.string(), engagement: z.number() }),
});

export interface CommentsRequest {
  readonly viewer: string;
  /** What was commented on. */
  readonly content: Reference;
  readonly limit: number;
  /** How many comments the pages before had. */
  readonly after: number;
}

export interface CommentItem extends RankedComment {
  readonly title: string | null;
  /** Pictures, films and files in it. */
  readonly media: readonly Reference[];
}

export interface CommentPage {
  readonly items: readonly CommentItem[];
  /** How many comments the pages up to this one had; null after the last page. */
  readonly next: number | null;
}

export interface CommentPorts {
  readonly pool: Pool;
  readonly graph: Graph;
  readonly ranking: Ranking;
  readonly clock: Clock;
}

/**
 * A page of the comments of a piece of content, best first. Which comments there are, and may be shown to the viewer,
 * is what Postgres says now (law 6); the graph tells how people took them. Pages are of the ranking of their moment: a
 * comment that overtakes others meanwhile may be met twice or not at all.
 *
 * @throws AppError `NOT_FOUND` for content that the viewer may not see, `LOG_UNAVAILABLE`, `GRAPH_UNAVAILABLE`
 */
export async function rankedComments(ports: CommentPorts, request: CommentsRequest): Promise<CommentPage> {
  const { pool, clock } = ports;
  const now = clock.now();
  const comments = await readShown(pool, request, now);
  const attachments = await readShownAttachments(pool, request.viewer, comments, now);
  const ranked = await rank(ports, comments, attachments, now);
  const titleOf = new Map(comments.map(({ content, title }) => [content, title]));
  const end = request.after + request.limit;
  const items = ranked.slice(request.after, end).map((comment) => ({
    ...comment,
    title: titleOf.get(comment.content) ?? null,
    media: attachments.get(comment.content) ?? [],
  }));
  return { items, next: end < ranked.length ? end : null };
}

/** The comments that may be shown to the viewer, by the rules of a feed. */
async function readShown(pool: Pool, { viewer, content }: CommentsRequest, now: number): Promise<StoredComment[]> {
  const [comments, unwanted] = await Promise.all([readComments(pool, content), readUnwanted(pool, viewer)]);
  const visible = await visibleNow(pool, viewer, [content, ...comments.map((comment) => comment.content)]);
  if (!visible.has(content)) {
    throw new AppError('NOT_FOUND', 'There is no such content, or it is not for you to see.');
  }
  return comments.filter(({ content: reference }) => isShown(reference, visible, unwanted, now));
}

/** The media of comments that may be shown to the viewer, by the same rules. */
async function readShownAttachments(
  pool: Pool,
  viewer: string,
  comments: readonly StoredComment[],
  now: number,
): Promise<ReadonlyMap<Reference, readonly Reference[]>> {
  const all = await readAttachments(
    pool,
    comments.map(({ content }) => content),
  );
  const [visible, unwanted] = await Promise.all([
    visibleNow(pool, viewer, [...all.values()].flat()),
    readUnwanted(pool, viewer),
  ]);
  return new Map(
    [...all].map(([comment, media]) => [comment, media.filter((one) => isShown(one, visible, unwanted, now))]),
  );
}

function isShown(
  content: Reference,
  visible: ReadonlyMap<Reference, Current>,
  unwanted: Unwanted,
  now: number,
): boolean {
  const current = visible.get(content);
  if (current === undefined) {
    return false;
  }
  const { tags, communityId: community, authorId: author, title } = current;
  return !isRefused({ content, title, tags, community, author }, unwanted, now);
}

async function readUnwanted(pool: Pool, viewer: string): Promise<Unwanted> {
  const [suppressions, settings] = await Promise.all([readSuppressions(pool, viewer), readFeedSettings(pool, viewer)]);
  return { ...suppressions, mutedTags: settings.mutedTags, mutedWords: settings.mutedWords };
}

async function rank(
  { pool, graph, ranking }: CommentPorts,
  comments: readonly StoredComment[],
  attachments: ReadonlyMap<Reference, readonly Reference[]>,
  now: number,
): Promise<RankedComment[]> {
  if (comments.length === 0) {
    return [];
  }
  const references = [...comments.map(({ content }) => content), ...[...attachments.values()].flat()];
  const [rows, media] = await Promise.all([
    graph.run(engagement, { references, now, halfLifeMs: ranking.halfLifeMs.ENGAGED }),
    readMediaEngagement(pool, { comments, attachments, now, ranking }),
  ]);
  const engagementOf = new Map(rows.map((row) => [row.content, Math.max(row.engagement, 0)]));
  const signals = comments.map(({ content, createdAt }) => ({
    content,
    createdAt,
    engagement: engagementOf.get(content) ?? 0,
    mediaEngagement: (attachments.get(content) ?? []).reduce(
      (sum, one) => sum + (engagementOf.get(one) ?? 0),
      media.get(content) ?? 0,
    ),
  }));
  return rankComments(signals, now, ranking);
}
