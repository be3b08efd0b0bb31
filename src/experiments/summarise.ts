import type { PoolClient } from 'pg';
import { DAY_MS, HOUR_MS } from '../core/clock.ts';
import { readRows } from '../log/database.ts';

/** Of one item, no more than this is counted as time spent: a tab that is left open is not reading. Seconds. */
const MOST_DWELL_SECONDS = 1_800;

/** Sums up anew what concerns these ranked feeds: their own figures, and those of their hours and days. */
export async function summarise(client: PoolClient, snapshots: readonly string[]): Promise<void> {
  if (snapshots.length === 0) {
    return;
  }
  await summariseFeeds(client, snapshots);
  const served = await readRows<{ hour: Date }>(
    client,
    `SELECT DISTINCT date_trunc('hour', served_at, 'UTC') AS hour FROM feed_exposure WHERE snapshot_id = ANY ($1)`,
    [snapshots],
  );
  const hours = served.map(({ hour }) => hour.getTime());
  const days = [...new Set(hours.map((hour) => Math.floor(hour / DAY_MS) * DAY_MS))];
  await summariseBuckets(client, 'hour', hours);
  await summariseBuckets(client, 'day', days);
}

/**
 * `track_feed_performance` of seed 000, per ranked feed: `click_through_rate = interactions / content_count` and
 * `engagement_rate = interactions that are no views / content_count`. Content is what was given out of the feed; an
 * interaction is a view or an engagement. What a person did against an item is not held to be engagement.
 */
async function summariseFeeds(client: PoolClient, snapshots: readonly string[]): Promise<void> {
  await readRows(
    client,
    `INSERT INTO feed_performance_metric (snapshot_id, user_id, algorithm_version, content_count, interaction_count,
       click_through_rate, engagement_rate, "timestamp")
     SELECT feed.snapshot_id, feed.user_id, feed.algorithm, feed.items, coalesce(done.interactions, 0),
            coalesce(done.interactions, 0)::double precision / feed.items,
            coalesce(done.engagements, 0)::double precision / feed.items, feed.served_at
     FROM (
       SELECT snapshot_id, min(user_id) AS user_id, min(algorithm) AS algorithm, count(*) AS items, min(served_at) AS served_at
       FROM feed_exposure WHERE snapshot_id = ANY ($1) GROUP BY snapshot_id
     ) AS feed
     LEFT JOIN (
       SELECT snapshot_id, count(*) FILTER (WHERE outcome IN ('view', 'engagement')) AS interactions,
              count(*) FILTER (WHERE outcome = 'engagement') AS engagements
       FROM feed_outcome WHERE snapshot_id = ANY ($1) GROUP BY snapshot_id
     ) AS done USING (snapshot_id)
     ON CONFLICT (snapshot_id) DO UPDATE
     SET content_count = excluded.content_count, interaction_count = excluded.interaction_count,
         click_through_rate = excluded.click_through_rate, engagement_rate = excluded.engagement_rate,
         "timestamp" = excluded."timestamp"`,
    [snapshots],
  );
}

/**
 * Sums of hours or days over all ranks (rank 0), and of days for each rank too. An item was seen when anything was done
 * with it, opened when it was viewed or more, engaged with when more than viewed. A page is what one request gave out;
 * its type entropy is `−Σ p·log2 p` over the shares of its content types, in bits.
 */
async function summariseBuckets(client: PoolClient, grain: 'hour' | 'day', starts: readonly number[]): Promise<void> {
  const buckets = starts.map((start) => new Date(start));
  await readRows(client, 'DELETE FROM feed_metric WHERE grain = $1 AND starts_at = ANY ($2)', [grain, buckets]);
  await readRows(
    client,
    `WITH item AS (
       SELECT given.algorithm, bucket.starts_at, given.rank, given.snapshot_id, given.served_at, given.content,
              split_part(given.content, ':', 1) AS type, given.propensity, known.reference, known.author_id, done.*
       FROM unnest($2::timestamptz[]) AS bucket (starts_at)
       JOIN feed_exposure AS given
         ON given.served_at >= bucket.starts_at AND given.served_at < bucket.starts_at + $3 * interval '1 millisecond'
       LEFT JOIN content AS known ON known.reference = given.content AND known.deleted_at IS NULL
       CROSS JOIN LATERAL (
         SELECT count(*) > 0 AS seen,
                count(*) FILTER (WHERE outcome IN ('view', 'engagement')) > 0 AS opened,
                count(*) FILTER (WHERE outcome = 'engagement') > 0 AS engaged,
                count(*) FILTER (WHERE outcome = 'hide') > 0 AS hidden,
                count(*) FILTER (WHERE outcome = 'report') > 0 AS reported,
                CASE WHEN count(dwell_seconds) > 0 THEN least(sum(dwell_seconds), $4::double precision) END AS dwell
         FROM feed_outcome WHERE feed_outcome.snapshot_id = given.snapshot_id AND feed_outcome.rank = given.rank
       ) AS done
     ), of_type AS (
       SELECT algorithm, starts_at, snapshot_id, served_at, type, count(*)::double precision AS items
       FROM item GROUP BY algorithm, starts_at, snapshot_id, served_at, type
     ), mix AS (
       SELECT algorithm, starts_at, snapshot_id, served_at,
              (ln(sum(items)) - sum(items * ln(items)) / sum(items)) / ln(2::double precision) AS type_entropy
       FROM of_type GROUP BY algorithm, starts_at, snapshot_id, served_at
     ), voices AS (
       SELECT algorithm, starts_at, snapshot_id, served_at,
              count(DISTINCT coalesce('by ' || author_id, content))::double precision / count(*) AS author_share
       FROM item GROUP BY algorithm, starts_at, snapshot_id, served_at
     ), page AS (
       SELECT algorithm, starts_at, count(*) AS pages, sum(author_share) AS author_share, sum(type_entropy) AS type_entropy
       FROM mix JOIN voices USING (algorithm, starts_at, snapshot_id, served_at) GROUP BY algorithm, starts_at
     ), summed AS (
       SELECT algorithm, starts_at, coalesce(rank, 0) AS rank, count(*) AS served,
              -- What keeps a place that is drawn for does so with more than one half.
              count(*) FILTER (WHERE propensity < 0.5) AS explored,
              count(*) FILTER (WHERE seen) AS impressions,
              count(*) FILTER (WHERE opened) AS opened,
              count(*) FILTER (WHERE engaged) AS engaged,
              count(*) FILTER (WHERE hidden) AS hidden,
              count(*) FILTER (WHERE reported) AS reported,
              count(dwell) AS dwelt, coalesce(sum(dwell), 0) AS dwell_seconds,
              count(DISTINCT content) AS contents, count(DISTINCT reference) AS contents_described
       FROM item GROUP BY GROUPING SETS ((algorithm, starts_at), (algorithm, starts_at, rank))
     )
     INSERT INTO feed_metric (algorithm, grain, starts_at, rank, pages, served, explored, impressions, opened, engaged,
       hidden, reported, dwelt, dwell_seconds, author_share, type_entropy, contents, contents_described, catalogue)
     SELECT algorithm, $1, starts_at, rank, pages, served, explored, impressions, opened, engaged,
            hidden, reported, dwelt, dwell_seconds, author_share, type_entropy, contents, contents_described,
            (SELECT count(*) FROM content WHERE deleted_at IS NULL)
     FROM summed JOIN page USING (algorithm, starts_at)
     WHERE rank = 0 OR $1 = 'day'`,
    [grain, buckets, grain === 'hour' ? HOUR_MS : DAY_MS, MOST_DWELL_SECONDS],
  );
}
