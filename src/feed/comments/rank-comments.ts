import { decayFactor } from '../../activity/decay.ts';
import type { Ranking } from '../../activity/ranking.ts';

/** A comment and what others made of it. */
export interface CommentSignals {
  readonly content: string;
  /** Milliseconds; null: not known. */
  readonly createdAt: number | null;
  /** What others than its author did with it, faded to now. */
  readonly engagement: number;
  /** What others than its author did with the pictures and films in it, faded to now. */
  readonly mediaEngagement: number;
}

export interface RankedComment {
  readonly content: string;
  readonly createdAt: number | null;
  /** The sum of `parts` from left to right, exactly. */
  readonly score: number;
  readonly parts: { readonly engagement: number; readonly media: number; readonly recency: number };
}

/**
 * Ranks comments by the quality of the engagement with them, and with their media (seed 000, 4.3). A new comment starts
 * as though one person had viewed it when it was made, so that it is seen at all; of equals the newer comes first.
 */
export function rankComments(comments: readonly CommentSignals[], now: number, ranking: Ranking): RankedComment[] {
  return comments
    .map((comment): RankedComment => {
      // Differences of sums may be a rounding below nothing.
      const engagement = Math.max(comment.engagement, 0);
      const media = Math.max(comment.mediaEngagement, 0);
      const recency = recencyOf(comment.createdAt, now, ranking);
      const { content, createdAt } = comment;
      return { content, createdAt, score: engagement + media + recency, parts: { engagement, media, recency } };
    })
    .sort((a, b) => b.score - a.score || (b.createdAt ?? 0) - (a.createdAt ?? 0) || (a.content < b.content ? -1 : 1));
}

function recencyOf(createdAt: number | null, now: number, { weights, halfLifeMs }: Ranking): number {
  return createdAt === null
    ? 0
    : (weights['view'] ?? 0) * decayFactor(Math.max(now - createdAt, 0), halfLifeMs.ENGAGED);
}
