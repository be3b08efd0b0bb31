import { ENGAGEMENT_POINTS, ENGAGING_KINDS, OTHER_POINTS } from '../../activity/engagement-points.ts';
import type { Reference } from '../../activity/reference.ts';
import { type Queryable, readRows } from '../database.ts';
import { positionAtSql } from './position-at.ts';

/** How well people took a piece of content. */
export interface ContentEngagement {
  readonly content: Reference;
  readonly title: string | null;
  readonly interactions: number;
  /** Mean of those interactions that say so; null when none does. */
  readonly averageSeconds: number | null;
  readonly averageScrollPercentage: number | null;
  /** Sum of points: view 1, like 3, comment 5, share 7, save 6, anything else 1. */
  readonly score: number;
}

export interface ReportQuery {
  /** Time of receipt in milliseconds: from `since`, not after `now`. */
  readonly since: number;
  readonly now: number;
  readonly limit: number;
}

/**
 * Engagement quality of content, best first (seed 000, 4.1): one row of `content_interaction` is one interaction. What
 * was only served, shown, hidden or taken back is none. The rows are found by their ids, which are positions of the log,
 * so that the cost follows the time that is asked for and not all that was ever received.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function engagementReport(
  database: Queryable,
  { since, now, limit }: ReportQuery,
): Promise<ContentEngagement[]> {
  return readRows<ContentEngagement>(
    database,
    `SELECT best.*, content.title
     FROM (
       SELECT content_type || ':' || content_id AS content, count(*) AS interactions,
         avg(duration_seconds) AS "averageSeconds", avg(scroll_depth_percentage) AS "averageScrollPercentage",
         sum(coalesce(($5::jsonb ->> interaction_type)::integer, $6))::integer AS score
       FROM content_interaction
       WHERE id >= ${positionAtSql('$1::timestamptz')} AND created_at >= $1 AND created_at <= $2
         AND interaction_type = ANY ($4)
       GROUP BY content_type, content_id
       ORDER BY score DESC, interactions DESC, content LIMIT $3
     ) AS best
     LEFT JOIN content ON content.reference = best.content
     ORDER BY score DESC, interactions DESC, best.content`,
    [new Date(since), new Date(now), limit, [...ENGAGING_KINDS], JSON.stringify(ENGAGEMENT_POINTS), OTHER_POINTS],
  );
}
