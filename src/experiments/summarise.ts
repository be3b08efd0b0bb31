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
  const hours = new Set<number>();
  for (let at = 0; at < snapshots.length; at += FEEDS_AT_ONCE) {
    const some = snapshots.slice(at, at + FEEDS_AT_ONCE);
    await summariseFeeds(client, some);
    const served = await readRows<{ hour: Date }>(
      client,
      `SELECT DISTINCT date_trunc('hour', served_at, 'UTC') AS hour FROM feed_exposure WHERE snapshot_id = ANY ($1)`,
      [some],
    );
    served.forEach(({ hour }) => void hours.add(hour.getTime()));
  }
  for (const hour of hours) {
    await summariseHour(client, hour);
  }
  for (const day of new Set([...hours].map((hour) => Math.floor(hour / DAY_MS) * DAY_MS))) {
    await summariseDay(client, day);
  }
}

/** A statement takes a while for each of them, and none may take long. */
const FEEDS_AT_ONCE = 2_000;

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
 * Sums of an hour over all ranks (rank 0) and for each rank. An item was seen when anything was done with it, opened when it was viewed or more, engaged with when more than viewed. A page is what one request gave out;
 * its type entropy is `−Σ p·log2 p` over the shares of its content types, in bits.
 */
async function summariseHour(client: PoolClient, hour: number): Promise<void> {
  const start = new Date(hour);
  await readRows(client, `DELETE FROM feed_metric WHERE grain = 'hour' AND starts_at = $1`, [start]);
  await readRows(
    client,
    `INSERT INTO feed_metric_content (algorithm, starts_at, content)
     SELECT DISTINCT algorithm, date_trunc('day', $1::timestamptz, 'UTC'), content
     FROM feed_exposure WHERE served_at >= $1 AND served_at < $1 + $2 * interval '1 millisecond'
     ON CONFLICT DO NOTHING`,
    [start, HOUR_MS],
  );
  await readRows(
    client,
    `WITH item AS (
       SELECT given.algorithm, $1::timestamptz AS starts_at, given.rank, given.snapshot_id, given.served_at, given.content,
              split_part(given.content, ':', 1) AS type, given.propensity, known.reference, known.author_id, done.*
       FROM feed_exposure AS given
       LEFT JOIN content AS known ON known.reference = given.content AND known.deleted_at IS NULL
       CROSS JOIN LATERAL (
         SELECT count(*) > 0 AS seen,
                count(*) FILTER (WHERE outcome IN ('view', 'engagement')) > 0 AS opened,
                count(*) FILTER (WHERE outcome = 'engagement') > 0 AS engaged,
                count(*) FILTER (WHERE outcome = 'hide') > 0 AS hidden,
                count(*) FILTER (WHERE outcome = 'report') > 0 AS reported,
                CASE WHEN count(dwell_seconds) > 0 THEN least(sum(dwell_seconds), $3::double precision) END AS dwell
         FROM feed_outcome WHERE feed_outcome.snapshot_id = given.snapshot_id AND feed_outcome.rank = given.rank
       ) AS done
       WHERE given.served_at >= $1 AND given.served_at < $1 + $2 * interval '1 millisecond'
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
     SELECT algorithm, 'hour', starts_at, rank, pages, served, explored, impressions, opened, engaged,
            hidden, reported, dwelt, dwell_seconds, author_share, type_entropy, contents, contents_described,
            (SELECT count(*) FROM content WHERE deleted_at IS NULL)
     FROM summed JOIN page USING (algorithm, starts_at)`,
    [start, HOUR_MS, MOST_DWELL_SECONDS],
  );
}

/** Sums of a day from those of its hours, and from the different contents that they had. Of ranks, these are not asked for. */
async function summariseDay(client: PoolClient, day: number): Promise<void> {
  const start = new Date(day);
  await readRows(client, `DELETE FROM feed_metric WHERE grain = 'day' AND starts_at = $1`, [start]);
  await readRows(
    client,
    `WITH hours AS (
       SELECT algorithm, rank, sum(pages)::bigint AS pages, sum(served)::bigint AS served,
              sum(explored)::bigint AS explored, sum(impressions)::bigint AS impressions, sum(opened)::bigint AS opened,
              sum(engaged)::bigint AS engaged, sum(hidden)::bigint AS hidden, sum(reported)::bigint AS reported,
              sum(dwelt)::bigint AS dwelt, sum(dwell_seconds) AS dwell_seconds, sum(author_share) AS author_share,
              sum(type_entropy) AS type_entropy
       FROM feed_metric
       WHERE grain = 'hour' AND starts_at >= $1 AND starts_at < $1 + $2 * interval '1 millisecond'
       GROUP BY algorithm, rank
     ), different AS (
       SELECT algorithm, count(*) AS contents, count(content.reference) AS contents_described
       FROM feed_metric_content AS given
       LEFT JOIN content ON content.reference = given.content AND content.deleted_at IS NULL
       WHERE given.starts_at = $1 GROUP BY algorithm
     )
     INSERT INTO feed_metric (algorithm, grain, starts_at, rank, pages, served, explored, impressions, opened, engaged,
       hidden, reported, dwelt, dwell_seconds, author_share, type_entropy, contents, contents_described, catalogue)
     SELECT algorithm, 'day', $1, rank, together.pages, served, explored, impressions, opened, engaged, hidden, reported,
            dwelt, dwell_seconds, together.author_share, together.type_entropy, contents, contents_described,
            (SELECT count(*) FROM content WHERE deleted_at IS NULL)
     FROM hours
     JOIN (SELECT algorithm, pages, author_share, type_entropy FROM hours WHERE rank = 0) AS together USING (algorithm)
     JOIN different USING (algorithm)`,
    [start, DAY_MS],
  );
}
