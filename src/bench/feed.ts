import type { App } from '../app.ts';
import { createFeed } from '../feed/feed.ts';
import { recordReads, replay } from './recorded.ts';
import { type Measurement, median, milliseconds, percentile, timed } from './report.ts';

const PAGE = 20;
/** Both runtimes compile what they run often; those of a service that runs have done so. */
const WARM_UP_ROUNDS = 10;

/**
 * A first page without a snapshot, for people whose plans and pages are warm, against all the Cypher and SQL that it
 * read, read again by hand; and at once the same page again, from its snapshot. What is the same for all readers is
 * read anew every two seconds and is in the figures as often as that happens. Writing the snapshot is in the time of
 * the feed and not in that of the queries.
 */
export async function benchFeed(
  app: App,
  {
    algorithm,
    people,
    size,
  }: { readonly algorithm: string; readonly people: readonly string[]; readonly size: string },
): Promise<Measurement[]> {
  const recorded = recordReads(app.graph, app.pool);
  const feed = createFeed({
    ...app.feedPorts,
    graph: recorded.graph,
    pool: recorded.pool,
    observe: (name) => name.startsWith('step:') && recorded.nextStep(),
  });
  const page = (viewer: string) => feed.page({ viewer, limit: PAGE, algorithm, preview: true });
  const forget = () => app.pool.query('DELETE FROM feed_snapshot');
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await forget();
    for (const viewer of people) {
      await page(viewer);
    }
    recorded.take();
  }
  await forget();
  const cold: number[] = [];
  const warm: number[] = [];
  const read: ReturnType<typeof recorded.take>[] = [];
  for (const viewer of people) {
    cold.push((await timed(() => page(viewer))).ms);
    read.push(recorded.take());
    // A snapshot is a first page again for ten seconds only.
    warm.push((await timed(() => page(viewer))).ms);
    if (recorded.take().some(({ transactions }) => transactions.length > 0)) {
      throw new Error('The warm page was not served from its snapshot');
    }
  }
  const byHand: number[] = [];
  for (const steps of read) {
    byHand.push((await timed(() => replay(app.graph, app.pool, steps))).ms);
  }
  const p50 = median(cold);
  const p99 = percentile(cold, 0.99);
  const most = await mostCandidates(app);
  return [
    {
      name: `feed, cold, ${algorithm}, ${size}`,
      measured: `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}; at most ${most} candidates`,
      yardstick: `its queries by hand: p50 ${milliseconds(median(byHand))}`,
      ratio: median(byHand) / p50,
      aim: 'p50 < 25 ms, p99 < 100 ms, ≤ 500 candidates, ratio ≥ 0.67',
      met: p50 < 25 && p99 < 100 && most <= 500 && median(byHand) / p50 >= 1 / 1.5,
    },
    {
      name: `feed, warm (from its snapshot), ${algorithm}, ${size}`,
      measured: `p50 ${milliseconds(median(warm))}, p99 ${milliseconds(percentile(warm, 0.99))}`,
      yardstick: `cold: p50 ${milliseconds(p50)}`,
      ratio: p50 / median(warm),
      aim: 'p50 < 3 ms',
      met: median(warm) < 3,
    },
  ];
}

/** What was ranked and what the rules took out, together, in the largest of the feeds that were just made. */
async function mostCandidates({ pool }: App): Promise<number> {
  const { rows } = await pool.query<{ most: number }>(
    `SELECT max(json_array_length(items -> 'items') + removed.count) AS most FROM feed_snapshot
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(json_array_length(value)), 0) AS count FROM json_each(items -> 'removed')
     ) AS removed`,
  );
  return Number(rows[0]?.most ?? 0);
}
