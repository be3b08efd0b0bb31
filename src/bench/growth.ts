import type { App } from '../app.ts';
import { SECOND_MS } from '../core/clock.ts';
import { bringForwardEdges } from '../graph/decay.ts';
import type { Job } from '../jobs/job.ts';
import type { Submission } from '../log/log.ts';
import { readRefreshPosition, writeRefreshPosition } from '../signals/refresh-position.ts';
import { type Rest, restAsLong } from '../signals/rest.ts';
import { inFlight } from './append.ts';
import { benchFeed } from './feed.ts';
import { benchFreshness } from './freshness.ts';
import type { Grown, KeptWorld } from './kept-world.ts';
import {
  type Measurement,
  milliseconds,
  percentile,
  perSecond,
  plain,
  type Report,
  type Telling,
  timed,
} from './report.ts';
import { submissionOf } from './submission.ts';
import { createSynthetic, type Synthetic } from './synthetic.ts';

const SMALLEST = 10_000;
const ALGORITHMS = ['graph_v2', 'activity_enhanced_v1'];
/** Jobs that compute what hangs between people and between things. */
const DERIVING = ['ties', 'similarity', 'similarity-learned'];
const FEED_PEOPLE = 200;
const REFRESHED_ITEMS = 100;
const FRESHNESS_ACTIVITIES = 7_000;
/**
 * Sent before at the same rate, until Neo4j has compiled what it then runs: without the refresher, and then with it, which
 * must not fall so far behind that it computes everything anew.
 */
const FRESHNESS_WARM_UP = { alone: 20_000, together: 5_000 };
const BATCH = 1_000;
const IN_FLIGHT = 4;
const NO_REST: Rest = async () => undefined;
const FOLDING_MS = 3_600 * SECOND_MS;

/**
 * The feed and what it is derived from, on a made-up world of 10⁴ engagements, of ten times as many, and so on up to
 * `engagements`. The world comes in by the log and the projector, as everything does; ties and similarity are computed
 * by their jobs. What `kept` has is neither grown nor derived again, and only its largest size is measured.
 */
export async function measureGrowth(
  app: App,
  { engagements, kept, progress, report }: Telling & GrowthOptions,
): Promise<void> {
  let grown: Grown = kept?.grown ?? { now: app.clock.now(), sizes: [], growing: false };
  const note = async (next: Partial<Grown>): Promise<void> => {
    grown = { ...grown, ...next };
    await kept?.save(grown);
  };
  const world = createSynthetic(1, grown.now);
  for (const size of grown.sizes) {
    // Made up once more and thrown away, so that what follows is as if this were one run.
    Array.from(world.grow(size));
  }
  const before = grown.sizes.at(-1) ?? 0;
  app.projector.start();
  for (const size of sizesUpTo(Math.max(engagements, before)).filter((one) => one >= before)) {
    if (size > before) {
      progress(`Growing to ${shown(size)} engagements …`);
      await note({ growing: true });
      await grow(app, world, size);
      if (!(await derive(app, size, { progress, report })) && kept !== undefined) {
        throw new Error('Not everything was derived: such a world is not kept');
      }
      await note({ growing: false, sizes: [...grown.sizes, size] });
    }
    await measureSize(app, world, size, { progress, report });
  }
  progress('Freshness …');
  await measureFreshness(app, world, report);
}

export interface GrowthOptions {
  readonly engagements: number;
  readonly kept?: KeptWorld | undefined;
}

/** 10⁴, 10⁵ and so on, and last what was asked for. */
export function sizesUpTo(engagements: number): number[] {
  const sizes: number[] = [];
  for (let size = SMALLEST; size < engagements; size *= 10) {
    sizes.push(size);
  }
  return [...sizes, engagements];
}

async function grow(app: App, world: Synthetic, size: number): Promise<void> {
  const queue = world.grow(size);
  const nextBatch = function* (): Generator<Submission[]> {
    for (let batch = take(queue, BATCH); batch.length > 0; batch = take(queue, BATCH)) {
      yield batch;
    }
  };
  await inFlight(nextBatch(), IN_FLIGHT, (batch) => app.log.append(batch));
  if (!(await app.projector.waitFor(await app.log.head(), FOLDING_MS))) {
    throw new Error(`The graph stands at ${app.projector.position}: ${app.projector.state().error ?? 'too slow'}`);
  }
}

function take(queue: Generator<unknown>, count: number): Submission[] {
  const batch: Submission[] = [];
  for (let next = queue.next(); next.done !== true; next = queue.next()) {
    batch.push(submissionOf(next.value));
    if (batch.length === count) {
      break;
    }
  }
  return batch;
}

/** @returns whether all jobs ran to their end. */
async function derive(app: App, engagements: number, { progress, report }: Telling): Promise<boolean> {
  let whole = true;
  const size = `${shown(engagements)} engagements`;
  progress(`Deriving from ${size} …`);
  const decayed = await timed(() => bringForwardEdges(app.graph, { ranking: app.ranking, now: app.clock.now() }));
  const { edges } = decayed.result;
  report(plain(`decay, ${size}`, `${inSeconds(decayed.ms)}, ${perSecond(edges, decayed.ms)} edges`));
  for (const job of app.jobs.filter(({ name }) => DERIVING.includes(name))) {
    const measured = await benchJob(app, job, size);
    report(measured);
    whole &&= measured.met !== false;
    if (measured.met !== false && app.refreshes.some(({ name }) => name === job.name)) {
      // What follows every activity begins where the job ended; on its own it would compute the whole world once more.
      await passOver(app, job.name);
    }
  }
  return whole;
}

async function measureSize(
  app: App,
  world: Synthetic,
  engagements: number,
  { progress, report }: Telling,
): Promise<void> {
  const size = `${shown(engagements)} engagements`;
  const people = evenly(FEED_PEOPLE, world.people).map((index) => world.person(index));
  for (const algorithm of ALGORITHMS) {
    progress(`Feeds of ${algorithm} on ${size} …`);
    (await benchFeed(app, { algorithm, people, size })).forEach(report);
  }
  await benchRefresh(app, world, size, report);
}

/** A job that fails costs its own line and no other. */
async function benchJob(app: App, job: Job, size: string): Promise<Measurement> {
  const name = `job ${job.name}, without the rests that it takes in the service, ${size}`;
  try {
    return plain(name, inSeconds((await timed(() => runWhole(app, job, NO_REST))).ms));
  } catch (error) {
    return { ...plain(name, `failed: ${messageOf(error)}`), met: false };
  }
}

/** What the refreshes of derived edges do after one item was touched. */
async function benchRefresh(app: App, world: Synthetic, size: string, report: Report): Promise<void> {
  const contents = evenly(REFRESHED_ITEMS, world.people).map((index) => world.content(index));
  for (const { name, refresh } of app.refreshes.filter((one) => one.name === 'similarity')) {
    const touched = (item: string) => ({
      people: new Set<string>(),
      contents: new Set([item]),
      connections: new Set<string>(),
    });
    const now = app.clock.now();
    for (const item of evenly(REFRESHED_ITEMS, world.people - 1).map((index) => world.content(index + 1))) {
      // Others first, until it is compiled.
      await refresh(touched(item), now);
    }
    const times: number[] = [];
    for (const item of contents) {
      times.push((await timed(() => refresh(touched(item), now))).ms);
    }
    const p99 = percentile(times, 0.99);
    report({
      name: `refresh of ${name} for one touched item, ${size}`,
      measured: `p50 ${milliseconds(percentile(times, 0.5))}, p99 ${milliseconds(p99)}`,
      yardstick: '',
      ratio: null,
      aim: 'p99 < 50 ms',
      met: p99 < 50,
    });
  }
}

async function measureFreshness(app: App, world: Synthetic, report: Report): Promise<void> {
  const { log, projector } = app;
  const acts = (length = FRESHNESS_ACTIVITIES): Submission[] =>
    Array.from({ length }, (_, nth) =>
      submissionOf({
        user_id: world.person((nth * 31) % world.people),
        activity_type: nth % 3 === 0 ? 'like' : 'view',
        content: world.content((nth * 7) % world.people),
        occurred_at: new Date(app.clock.now()).toISOString(),
      }),
    );
  const warmUp = { situation: 'warming up', aimMs: 250 };
  await benchFreshness(log, projector, acts(FRESHNESS_WARM_UP.alone), warmUp);
  report(await benchFreshness(log, projector, acts(), { situation: 'nothing beside the projector', aimMs: 250 }));
  for (const { name } of app.refreshes) {
    await passOver(app, name);
  }
  // As in the service: what is derived follows every activity, and takes its share of the machine for that.
  app.refresher.start();
  await benchFreshness(log, projector, acts(FRESHNESS_WARM_UP.together), warmUp);
  report(await benchFreshness(log, projector, acts(), { situation: 'the refresher alone running', aimMs: 250 }));
  const busy = keepRunning(
    app,
    app.jobs.filter(({ name }) => name === 'decay' || DERIVING.includes(name)),
  );
  try {
    report(await benchFreshness(log, projector, acts(), { situation: `${busy.names} running`, aimMs: 1_000 }));
  } finally {
    // The refresher may be computing everything anew; closing the app cuts that off.
    await busy.stop();
  }
}

/** Takes what hangs on the log up to here for refreshed. */
async function passOver({ pool, projector }: App, refresh: string): Promise<void> {
  await writeRefreshPosition(pool, refresh, {
    from: await readRefreshPosition(pool, refresh),
    to: projector.position,
  });
}

/** The jobs as the service runs them, all at once, again and again. */
function keepRunning(app: App, jobs: readonly Job[]): { readonly names: string; stop(): Promise<void> } {
  const ending = new AbortController();
  const loop = async (job: Job): Promise<void> => {
    try {
      while (!ending.signal.aborted) {
        await runWhole(app, job, restAsLong, ending.signal);
      }
    } catch (error) {
      if (!ending.signal.aborted) {
        app.logger.warn({ job: job.name, err: error }, 'a job that was to run beside the measurement ended');
      }
    }
  };
  const loops = Promise.all(jobs.map(loop));
  return {
    names: jobs.map(({ name }) => name).join(', '),
    async stop() {
      ending.abort(new Error('The measurement is over'));
      await loops;
    },
  };
}

async function runWhole({ clock }: App, job: Job, rest: Rest, signal?: AbortSignal): Promise<void> {
  const saveProgress = async (): Promise<void> => signal?.throwIfAborted();
  await job.run({
    now: clock.now(),
    progress: undefined,
    saveProgress,
    rest,
    signal: signal ?? new AbortController().signal,
  });
}

/** So many whole numbers below `below`, evenly spread; all of them when there are no more. */
function evenly(count: number, below: number): number[] {
  const length = Math.min(count, below);
  return Array.from({ length }, (_, index) => Math.floor((index * below) / length));
}

function shown(count: number): string {
  return count.toLocaleString('en');
}

function messageOf(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line.slice(0, 120).replaceAll('|', '/');
}

function inSeconds(ms: number): string {
  return `${(ms / SECOND_MS).toFixed(1)} s`;
}
