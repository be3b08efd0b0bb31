import { z } from 'zod';
import type { FoldRow } from '../activity/fold-row.ts';
import { type App, openApi } from '../app.ts';
import { systemClock } from '../core/clock.ts';
import type { StoreAddresses } from '../embedded/stores.ts';
import { defineQuery } from '../graph/query.ts';
import { DEMO_SIZES, generateDemo } from '../import/demo/generate.ts';
import { benchAppend } from './append.ts';
import { benchDoors } from './doors.ts';
import { measureGrowth } from './growth.ts';
import { openKeptWorld } from './kept-world.ts';
import { benchProjection } from './projection.ts';
import { plain, type Telling } from './report.ts';
import { submissionOf } from './submission.ts';

const empty = defineQuery({
  name: 'bench/empty',
  mode: 'write',
  params: z.object({ limit: z.number() }),
  row: z.object({ deleted: z.number() }),
});

const EMPTY_BATCH = 1_000;

/** `log`: appending and folding. `doors`: activities by HTTP. `feed`: everything that is read from the graph, as it grows. */
export const BENCH_PARTS = ['log', 'doors', 'feed'] as const;
export type BenchPart = (typeof BENCH_PARTS)[number];

export interface BenchOptions extends Telling {
  readonly parts: readonly BenchPart[];
  /** Engagements of the largest made-up world. */
  readonly engagements: number;
  /** Where that world stays. */
  readonly keep?: string | undefined;
}

/** Stores of its own for each part: in this directory, or empty ones that are thrown away. */
type WithStores = <T>(
  work: (app: App, addresses: StoreAddresses) => Promise<T>,
  directory?: string | undefined,
) => Promise<T>;

/**
 * Everything that the benchmark's table shows. Each figure with a yardstick is compared with something measured in the
 * same run, since machines differ and are shared.
 *
 * @throws AppError `CONFIG_INVALID` when `keep` holds anything but a world of an earlier run
 */
export async function measureAll(
  withStores: WithStores,
  { parts, engagements, keep, progress, report }: BenchOptions,
): Promise<void> {
  if (parts.includes('log')) {
    await withStores((app) => measureLog(app, { progress, report }));
  }
  if (parts.includes('doors')) {
    await withStores((app, addresses) => measureDoors(app, addresses, { progress, report }));
  }
  if (parts.includes('feed')) {
    const kept = keep === undefined ? undefined : await openKeptWorld(keep, systemClock.now());
    await withStores((app) => measureGrowth(app, { engagements, kept, progress, report }), keep);
  }
  const rss = process.memoryUsage.rss() / 2 ** 20;
  report(plain('memory of the service, with this benchmark’s own data', `${Math.round(rss)} MiB resident`));
}

/** Appending and folding a made-up community of some 10⁵ fading edges. */
async function measureLog(app: App, { progress, report }: Telling): Promise<void> {
  const { log, pool, graph, ranking, clock, logger } = app;
  const now = clock.now();
  const demo = generateDemo({ seed: 1, ...DEMO_SIZES.large }, now);
  const submissions = demo.activities.map(({ at, input }) =>
    submissionOf({ ...input, occurred_at: new Date(now + at).toISOString() }),
  );
  progress(`Appending ${submissions.length.toLocaleString('en')} activities …`);
  report(await benchAppend(log, pool, submissions));
  progress('Folding them …');
  const rows = await allRows(app);
  report(await benchProjection({ graph, ranking, logger, clock, empty: () => emptyGraph(app) }, rows));
}

async function measureDoors(app: App, addresses: StoreAddresses, telling: Telling): Promise<void> {
  const api = await openApi(app, addresses);
  try {
    await benchDoors(app, api.handler, { share: 1, ...telling });
  } finally {
    await api.close();
  }
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
