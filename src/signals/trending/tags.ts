import { z } from 'zod';
import { burstOf } from '../../activity/burst.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../core/clock.ts';
import type { Graph } from '../../graph/graph.ts';
import { defineQuery, nothing } from '../../graph/query.ts';

const query = defineQuery({
  name: 'trending/tags',
  mode: 'read',
  params: z.object({
    now: z.number(),
    since: z.number(),
    halfLifeMs: z.number(),
    scan: z.number(),
    minimumPeople: z.number(),
    limit: z.number(),
  }),
  row: z.object({
    tag: z.string(),
    people: z.number(),
    observed: z.number(),
    ever: z.number(),
    peopleOfAll: z.number(),
    observedOfAll: z.number(),
  }),
});

const interests = defineQuery({
  name: 'trending/interests',
  mode: 'read',
  params: nothing,
  row: z.object({ everOfAll: z.number() }),
});

/** A tag that clearly more people than usual turn to now. */
export interface TrendingTag {
  readonly tag: string;
  /** Distinct people within a day, or among the newest 50,000 engagements where a day has more. */
  readonly people: number;
  /** The same people, each faded by a half-life of four hours, and how many they would usually be. */
  readonly observed: number;
  readonly expected: number;
  /** `(observed − expected)² / expected`. */
  readonly burst: number;
}

const WINDOW_MS = DAY_MS;
const HALF_LIFE_MS = 4 * HOUR_MS;
/**
 * So many of the newest engagements of the day are read at most, so that the question costs the same on any graph. Where
 * a day has more, the window is as much shorter for all tags alike: what is expected of each is a share of what was seen.
 */
const SCAN = 50_000;
/** Mastodon's threshold; it also keeps a few people from being told by what they turn to. */
const MINIMUM_PEOPLE = 5;
const MOST_TAGS = 300;

/** How many people turned to a tag, or to all tags together: of late, faded, and ever. */
export interface TagCounts {
  readonly people: number;
  readonly observed: number;
  readonly ever: number;
}

/**
 * How many people a tag would now be expected to have: its share of all who turned to any tag before, of those who turn
 * to tags now. So a busy hour of the whole product makes nothing trend, and neither does a tag that is always popular.
 * People of late are taken out of what was before, so that a product's first day has trends too. A person counts once
 * for each tag.
 */
export function expectedPeople(tag: TagCounts, all: TagCounts): number {
  const before = Math.max(tag.ever - tag.people, 0);
  const allBefore = all.ever - all.people;
  return allBefore <= 0 ? 0 : all.observed * Math.min(before / allBefore, 1);
}

/**
 * Tags by burst, strongest first (DESIGN §5, after Mastodon), from what people publicly engaged with within a day of
 * `now`, as far as `SCAN` reaches. Those that no more people than usual turn to are left out.
 *
 * @throws AppError `GRAPH_UNAVAILABLE`
 */
export async function readTrendingTags(graph: Graph, now: number): Promise<TrendingTag[]> {
  const bounds = { scan: SCAN, minimumPeople: MINIMUM_PEOPLE, limit: MOST_TAGS };
  const [rows, [{ everOfAll } = { everOfAll: 0 }]] = await graph.read((tx) =>
    Promise.all([
      tx.run(query, { now, since: now - WINDOW_MS, halfLifeMs: HALF_LIFE_MS, ...bounds }),
      tx.run(interests, {}),
    ]),
  );
  return rows
    .map((row): TrendingTag => {
      const all = { people: row.peopleOfAll, observed: row.observedOfAll, ever: everOfAll };
      const { tag, people, observed } = row;
      const expected = expectedPeople(row, all);
      return { tag, people, observed, expected, burst: burstOf(observed, expected) };
    })
    .filter(({ burst }) => burst > 0)
    .sort((a, b) => b.burst - a.burst || (a.tag < b.tag ? -1 : 1));
}

/**
 * The answer is the same for everybody, so it is computed when somebody asks, and once for all who ask within this time:
 * a job would compute it for nobody, and later.
 */
const KEEP_MS = 10 * SECOND_MS;

/** Trending tags of now, read at most every ten seconds and never twice at the same time. */
export function createTrendingTags(graph: Graph): (now: number) => Promise<readonly TrendingTag[]> {
  let kept: { readonly at: number; readonly answer: Promise<readonly TrendingTag[]> } | undefined;
  return (now) => {
    if (kept !== undefined && Math.abs(now - kept.at) <= KEEP_MS) {
      return kept.answer;
    }
    const reading = { at: now, answer: readTrendingTags(graph, now) };
    kept = reading;
    reading.answer.catch(() => {
      kept = kept === reading ? undefined : kept;
    });
    return reading.answer;
  };
}
