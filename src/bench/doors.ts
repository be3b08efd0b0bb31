import { fork } from 'node:child_process';
import { once } from 'node:events';
import { signToken } from '../api/auth.ts';
import { listen } from '../api/serve.ts';
import type { App, OpenedApi } from '../app.ts';
import { DEMO_SIZES, generateDemo } from '../import/demo/generate.ts';
import { inFlight } from './append.ts';
import { type Load, type Loaded, load } from './load.ts';
import { type Measurement, milliseconds, percentile, perSecond, type Telling, timed } from './report.ts';
import { submissionOf } from './submission.ts';

const CONNECTIONS = 16;
/** The token need not outlive the benchmark by much. */
const TOKEN_SECONDS = 3_600;

interface Size {
  readonly name: string;
  readonly batch: number;
  readonly activities: number;
  /** Sent before the clock starts: a service that runs has its code compiled. */
  readonly warmUp: number;
  readonly aim: number;
  /** What Gorse 0.5.11 took on two cores such as these over 16 connections (PEERS). */
  readonly gorse: string;
}

const SIZES: readonly Size[] = [
  { name: 'one by one', batch: 1, activities: 24_000, warmUp: 6_000, aim: 3_000, gorse: '1,155/s' },
  { name: 'in batches of 100', batch: 100, activities: 80_000, warmUp: 20_000, aim: 0, gorse: '28,128/s' },
  { name: 'in batches of 1,000', batch: 1_000, activities: 160_000, warmUp: 40_000, aim: 20_000, gorse: '48,985/s' },
];

/**
 * Activities through `POST /activities/` over 16 connections, from a process of its own: how many a second are
 * acknowledged, which is after their commit, and that the log then has as many. Compared with the log alone, that gets
 * the same activities in the same batches from as many callers in the same process.
 */
export async function benchDoors(
  app: App,
  handler: OpenedApi['handler'],
  { share, progress, report }: Telling & { readonly share: number },
): Promise<void> {
  const listening = await listen(handler, { host: '127.0.0.1', port: 0 });
  try {
    const secret = app.secrets.auth ?? '';
    const token = await signToken({ subject: 'bench', role: 'service', ttlSeconds: TOKEN_SECONDS, secret });
    const activities = madeUp();
    for (const size of SIZES) {
      progress(`Sending activities ${size.name} …`);
      report(await measure(app, scaled(size, share), { port: listening.port, token, activities }));
    }
  } finally {
    await listening.close(0);
  }
}

function scaled(size: Size, share: number): Size {
  const whole = (count: number): number => Math.max(size.batch, Math.round((count * share) / size.batch) * size.batch);
  return { ...size, activities: whole(size.activities), warmUp: whole(size.warmUp) };
}

async function measure(
  app: App,
  size: Size,
  { activities, ...to }: { readonly port: number; readonly token: string; readonly activities: MadeUp },
): Promise<Measurement> {
  const send = (bodies: readonly string[]): Promise<Loaded> =>
    loadApart({ ...to, path: '/activities/', connections: CONNECTIONS, bodies });
  await send(bodiesOf(activities(`warm-${size.batch}`, size.warmUp), size.batch));
  const before = await app.log.head();
  const cpu = process.cpuUsage();
  const through = await send(bodiesOf(activities(`door-${size.batch}`, size.activities), size.batch));
  const { user, system } = process.cpuUsage(cpu);
  checkAcknowledged(through, size, (await app.log.head()) - before);
  const alone = await logAlone(app, activities(`log-${size.batch}`, size.activities), size.batch);
  const perActivity = (user + system) / size.activities;
  const rate = (size.activities / through.ms) * 1_000;
  return {
    name: `acknowledged by HTTP ${size.name}, ${CONNECTIONS} connections`,
    measured: `${perSecond(size.activities, through.ms)}, p99 ${milliseconds(percentile(through.latencies, 0.99))}, ${Math.round(perActivity)} µs of CPU each`,
    yardstick: `the log alone: ${perSecond(size.activities, alone)}; Gorse elsewhere: ${size.gorse}`,
    ratio: alone / through.ms,
    aim: size.aim === 0 ? 'no 5xx' : `≥ ${size.aim.toLocaleString('en')}/s`,
    met: rate >= size.aim,
  };
}

/** @throws Error when an answer was no 2xx, or the log has not exactly what was acknowledged. */
function checkAcknowledged({ statuses, accepted }: Loaded, { activities }: Size, logged: number): void {
  const refused = Object.entries(statuses).filter(([status]) => !status.startsWith('2'));
  if (refused.length > 0 || accepted !== activities || logged !== activities) {
    const answers = JSON.stringify(statuses);
    throw new Error(`Of ${activities} activities ${accepted} were acknowledged, ${logged} are in the log; ${answers}`);
  }
}

async function logAlone({ log }: App, activities: readonly object[], batch: number): Promise<number> {
  const batches = chunked(activities.map(submissionOf), batch);
  const { ms } = await timed(() => inFlight(batches, CONNECTIONS, (one) => log.append(one)));
  return ms;
}

/** So many activities with ids that begin in one way. */
type MadeUp = (prefix: string, count: number) => readonly object[];

/** What a made-up community does, as often over as it takes, each time under other ids. */
function madeUp(): MadeUp {
  const now = Date.now();
  const { activities } = generateDemo({ seed: 1, ...DEMO_SIZES.large }, now);
  return (prefix, count) =>
    Array.from({ length: count }, (_, index) => {
      const one = activities[index % activities.length];
      return { ...one?.input, id: `${prefix}-${index}`, occurred_at: new Date(now + (one?.at ?? 0)).toISOString() };
    });
}

function bodiesOf(activities: readonly object[], batch: number): readonly string[] {
  return batch === 1
    ? activities.map((one) => JSON.stringify(one))
    : chunked(activities, batch).map((some) => JSON.stringify(some));
}

function chunked<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Run from its TypeScript source, which Node does not start processes from, it sends by itself. */
async function loadApart(what: Load): Promise<Loaded> {
  if (import.meta.url.endsWith('.ts')) {
    return load(what);
  }
  const child = fork(new URL('./load-process.js', import.meta.url), { serialization: 'advanced' });
  child.send(what);
  const ended = once(child, 'exit').then(() => {
    throw new Error('The process that sends the load ended before it was done');
  });
  const [loaded] = (await Promise.race([once(child, 'message'), ended])) as [Loaded];
  ended.catch(() => undefined);
  return loaded;
}
