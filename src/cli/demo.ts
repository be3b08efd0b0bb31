import { AppError } from '../core/errors.ts';
import {
  checkDemoOptions,
  DEMO_SIZES,
  type Demo,
  type DemoOptions,
  generateDemo,
  type Person,
} from '../import/demo/generate.ts';
import type { LoadReport } from '../import/load.ts';
import { type ImportPorts, loadAs, summaryOf, tell, type Verbosity } from './import.ts';

/** What the demo needs of the service beside what an import needs. */
export interface DemoPorts extends ImportPorts {
  /** The newest position of the log. */
  head(): Promise<number>;
  /** True when the graph has come to a position within the time. */
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
  /** The first items of a person's feed. */
  feedPage(person: string, limit: number): Promise<{ readonly items: readonly DemoFeedItem[] }>;
}

interface DemoFeedItem {
  readonly content: string;
  readonly title: string | null;
  readonly score: number;
  readonly reasons: readonly string[];
}

export interface DemoCommandOptions extends Verbosity {
  readonly seed?: number | undefined;
  readonly size?: keyof typeof DEMO_SIZES | undefined;
  readonly people?: number | undefined;
  readonly days?: number | undefined;
  readonly activities?: number | undefined;
}

export interface DemoResult extends LoadReport {
  readonly source: string;
  readonly feeds: readonly DemoFeed[];
}

interface DemoFeed extends Person {
  readonly what: string;
  readonly items: readonly DemoFeedItem[];
}

const FEED_ITEMS = 5;
const GRAPH_TIMEOUT_MS = 5 * 60_000;

/**
 * Makes a community up, imports it like everything else, and shows three feeds of it. The same options give the same
 * community; once imported, running the command again only shows the feeds.
 *
 * @throws AppError `GRAPH_BEHIND` when the graph does not come to the end of the log within five minutes.
 */
export async function runDemo(ports: DemoPorts, options: DemoCommandOptions): Promise<DemoResult> {
  const startedAt = ports.clock.now();
  const { demo, report } = await importDemo(ports, options);
  if (options.json !== true) {
    ports.out.write(`${summaryOf(report, ports.clock.now() - startedAt)}\n`);
  }
  const head = await ports.head();
  tell(ports, options, 'Waiting for the graph …');
  if (!(await ports.waitFor(head, GRAPH_TIMEOUT_MS))) {
    throw new AppError('GRAPH_BEHIND', `The graph has not come to position ${head} within five minutes.`);
  }
  const { manyTies, average, newcomer } = demo.introduced;
  const feeds: DemoFeed[] = [];
  for (const [what, person] of [
    ['knows many', manyTies],
    ['knows some', average],
    ['has just registered', newcomer],
  ] as const) {
    const page = await ports.feedPage(person.id, FEED_ITEMS);
    feeds.push({ ...person, what, items: page.items });
  }
  const result = { source: demo.key, ...report, feeds };
  ports.out.write(options.json === true ? `${JSON.stringify(result)}\n` : feeds.map(pictureOf).join(''));
  return result;
}

/** What the command's options ask for. @throws AppError `REQUEST_MALFORMED` when a size is out of range. */
export function demoOptionsOf(options: DemoCommandOptions): DemoOptions {
  const size = DEMO_SIZES[options.size ?? 'small'];
  const demoOptions: DemoOptions = {
    seed: options.seed ?? 1,
    people: options.people ?? size.people,
    days: options.days ?? size.days,
    activities: options.activities ?? size.activities,
  };
  checkDemoOptions(demoOptions);
  return demoOptions;
}

async function importDemo(
  ports: DemoPorts,
  options: DemoCommandOptions,
): Promise<{ readonly demo: Demo; readonly report: LoadReport }> {
  const demoOptions = demoOptionsOf(options);
  // The demo ends when it was first made: made anew for a later end, the same ids would stand for other activities.
  const now = ports.clock.now();
  const made = generateDemo(demoOptions, now);
  const kept = await ports.readImportRun(made.key);
  const demo = kept === undefined ? made : generateDemo(demoOptions, kept.shiftMs);
  const people = demoOptions.people.toLocaleString('en');
  tell(ports, options, `A community of ${people} people over ${demoOptions.days} days, ${demo.key}.`);
  const run = { key: demo.key, source: `import:${demo.key}`, shiftMs: kept?.shiftMs ?? now, kept };
  return { demo, report: await loadAs(run, demo.activities, ports, options) };
}

function pictureOf(feed: DemoFeed): string {
  const lines = feed.items.map(
    (item, index) =>
      `  ${index + 1}. ${item.title ?? item.content}  (${item.score.toFixed(3)})\n     ${item.reasons.join('; ')}\n`,
  );
  const friends = `${feed.friends} ${feed.friends === 1 ? 'connection' : 'connections'}`;
  return `\n${feed.name} (${feed.id}) ${feed.what}: ${friends}\n${lines.join('') || '  The feed is empty.\n'}`;
}
