import { z } from 'zod';
import { parseActivity } from '../activity/activity.ts';
import type { FoldRow } from '../activity/fold-row.ts';
import type { App } from '../app.ts';
import { createFeed } from '../feed/feed.ts';
import { bringForwardEdges } from '../graph/decay.ts';
import { defineQuery, nothing } from '../graph/query.ts';
import { DEMO_SIZES, generateDemo } from '../import/demo/generate.ts';
import { jobNamed } from '../jobs/runs.ts';
import type { Submission } from '../log/log.ts';
import { benchAppend } from './append.ts';
import { benchFeed, recordReads } from './feed.ts';
import { benchFreshness } from './freshness.ts';
import { benchProjection } from './projection.ts';
import { type Measurement, perSecond, timed } from './report.ts';

const empty = defineQuery({
  name: 'bench/empty',
  mode: 'write',
  params: z.object({ limit: z.number() }),
  row: z.object({ deleted: z.number() }),
});
const fadingEdges = defineQuery({
  name: 'bench/fading-edges',
  mode: 'read',
  params: nothing,
  row: z.object({ edges: z.number() }),
});

const FRESHNESS_ACTIVITIES = 7_000;
const FEED_PEOPLE = 200;
const EMPTY_BATCH = 1_000;

/**
 * Everything that the benchmark's table shows, over one made-up community of some 10⁵ fading edges. Each figure with a
 * yardstick is compared with something measured in the same run, since machines differ and are shared.
 */
export async function measureAll(app: App, progress: (line: string) => void): Promise<Measurement[]> {
  const { log, pool, graph, ranking, clock, projector } = app;
  const now = clock.now();
  const demo = generateDemo({ seed: 1, ...DEMO_SIZES.large }, now);
  const submissions = demo.activities.map(({ at, input }) => submission({ ...input, occurred_at: iso(now + at) }));
  progress(`Appending ${submissions.length.toLocaleString('en')} activities …`);
  const measurements = [await benchAppend(log, pool, submissions)];

  progress('Folding them …');
  const rows = await allRows(app);
  measurements.push(
    await benchProjection({ graph, ranking, logger: app.logger, clock, empty: () => emptyGraph(app) }, rows),
  );

  progress('Decay …');
  const edges = (await graph.run(fadingEdges, {}))[0]?.edges ?? 0;
  const decay = await timed(() => bringForwardEdges(graph, { ranking, now: clock.now() }));
  measurements.push(plain(`decay job, ${edges.toLocaleString('en')} edges`, `${perSecond(edges, decay.ms)} edges`));

  progress('Feeds …');
  projector.start();
  await projector.waitFor(await log.head(), 60_000);
  const recorded = recordReads(graph);
  const feed = createFeed({
    graph: recorded.graph,
    pool,
    waitFor: (position, timeoutMs) => projector.waitFor(position, timeoutMs),
    headOf: (person) => log.headOf(person),
    projectionPosition: () => projector.position,
    cursorSecret: app.secrets.cursor,
    clock,
    ranking,
  });
  const people = [...new Set(submissions.map(({ activity }) => activity.actor))].slice(0, FEED_PEOPLE);
  const forgetSnapshots = async (): Promise<void> => {
    await pool.query('DELETE FROM feed_snapshot');
  };
  measurements.push(...(await benchFeed({ feed, recorded, graph, people, forgetSnapshots, edges })));

  progress('Freshness …');
  const fresh = (label: string): Submission[] => likes(label, submissions, clock.now());
  measurements.push(await benchFreshness(log, projector, fresh('idle'), 'nothing else running'));
  const busy = keepDecaying(app);
  measurements.push(await benchFreshness(log, projector, fresh('busy'), 'decay job running'));
  await busy.stop();

  const rss = process.memoryUsage.rss() / 2 ** 20;
  measurements.push(plain('memory of the service, with this benchmark’s own data', `${Math.round(rss)} MiB resident`));
  return measurements;
}

function submission(raw: unknown): Submission {
  return { activity: parseActivity(raw, { subject: 'bench', source: 'import:bench', trusted: true }), trusted: true };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Views and likes of the community's people and content, new ones. */
function likes(label: string, from: readonly Submission[], now: number): Submission[] {
  const engaged = from.filter(({ activity }) => activity.kind.name === 'view').slice(0, FRESHNESS_ACTIVITIES);
  return engaged.map(({ activity }, index) =>
    submission({
      id: `${label}-${index}`,
      user_id: activity.actor,
      activity_type: index % 3 === 0 ? 'like' : 'view',
      content: activity.object,
      occurred_at: iso(now),
    }),
  );
}

async function allRows({ log }: App): Promise<FoldRow[]> {
  const rows: FoldRow[] = [];
  for (;;) {
    const next = await log.readFoldRows(rows.length, 10_000);
    if (next.length === 0) {
      return rows;
    }
    rows.push(...next);
  }
}

async function emptyGraph({ graph }: App): Promise<void> {
  for (;;) {
    const [batch] = await graph.run(empty, { limit: EMPTY_BATCH });
    if (batch === undefined || batch.deleted === 0) {
      return;
    }
  }
}

/** The job as the service runs it, again and again. */
function keepDecaying({ jobs, clock }: App): { stop(): Promise<void> } {
  const decay = jobNamed(jobs, 'decay');
  let running = true;
  const loop = (async () => {
    while (running) {
      await decay.run({ now: clock.now(), progress: undefined, saveProgress: async () => undefined });
    }
  })();
  return {
    async stop() {
      running = false;
      await loop;
    },
  };
}

function plain(name: string, measured: string): Measurement {
  return { name, measured, yardstick: '', ratio: null, aim: '', met: null };
}
