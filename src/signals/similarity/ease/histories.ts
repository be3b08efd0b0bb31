import { z } from 'zod';
import type { Ranking } from '../../../activity/ranking.ts';
import { DAY_MS } from '../../../core/clock.ts';
import type { Graph } from '../../../graph/graph.ts';
import { defineQuery } from '../../../graph/query.ts';
import type { Histories } from './learn.ts';

const nextHistories = defineQuery({
  name: 'similarity/histories',
  mode: 'read',
  params: z.object({
    after: z.string(),
    people: z.number(),
    now: z.number(),
    engagedHalfLifeMs: z.number().positive(),
    leastWeight: z.number(),
    excludedTypes: z.array(z.string()),
    mostItems: z.number(),
  }),
  row: z.object({
    person: z.string(),
    contents: z.array(z.string()),
    weights: z.array(z.number()),
    times: z.array(z.number()),
  }),
});

const PEOPLE_PER_QUERY = 200;

/** Which engagements a learned model is taught with. */
export interface TeachingOptions {
  readonly ranking: Ranking;
  /** Milliseconds since the epoch at which weights are read. */
  readonly now: number;
  /** `sign`: every engagement counts 1; `weight`: as much as its weight, the person's largest being 1. */
  readonly values: 'sign' | 'weight';
  /** An engagement counts half when the person has had so many newer ones; null: a history does not fade. */
  readonly halfLifeItems: number | null;
  /** An edge below this weight at `now` is none. */
  readonly leastWeight: number;
  readonly excludedTypes: readonly string[];
  /** Engagements of a person that are looked at: the newest. */
  readonly mostItems: number;
  /** With more people and more contents than this, only so many contents are learned. */
  readonly largestSide: number;
  /** Contents that are learned at most, if people are few. */
  readonly mostContents: number;
  /** Of too many contents those are learned that most people engaged with in this last while, in milliseconds. */
  readonly recentMs: number;
}

export const TEACHING = {
  values: 'sign',
  halfLifeItems: null,
  leastWeight: 1e-9,
  excludedTypes: ['comment'],
  mostItems: 1_000,
  largestSide: 6_000,
  mostContents: 50_000,
  recentMs: 90 * DAY_MS,
} as const satisfies Partial<TeachingOptions>;

export interface ReadHistories {
  readonly histories: Histories;
  /** The content that each number stands for. */
  readonly contents: readonly string[];
  /** Contents that somebody engaged with and that are not learned, because there are too many. */
  readonly contentsLeftOut: number;
}

/** One person's engagements, newest first. */
interface History {
  readonly contents: readonly string[];
  readonly values: readonly number[];
}

/** Reads everybody's engagements from the graph, and cuts them to what can be learned. */
export async function readHistories(graph: Graph, options: TeachingOptions): Promise<ReadHistories> {
  const people: History[] = [];
  const audience = new Map<string, { recent: number; all: number }>();
  for await (const { contents, weights, times } of eachHistory(graph, options)) {
    people.push({ contents, values: valuesOf(weights, options) });
    contents.forEach((content, index) => {
      const counts = audience.get(content) ?? { recent: 0, all: 0 };
      counts.all += 1;
      counts.recent += (times[index] ?? 0) >= options.now - options.recentMs ? 1 : 0;
      audience.set(content, counts);
    });
  }
  const most = people.length > options.largestSide ? options.largestSide : options.mostContents;
  const contents = [...audience]
    .sort(([a, x], [b, y]) => y.recent - x.recent || y.all - x.all || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([content]) => content)
    .sort();
  return { histories: numbered(people, contents), contents, contentsLeftOut: audience.size - contents.length };
}

async function* eachHistory(graph: Graph, options: TeachingOptions) {
  const { now, ranking, leastWeight, excludedTypes, mostItems } = options;
  const params = {
    people: PEOPLE_PER_QUERY,
    now,
    engagedHalfLifeMs: ranking.halfLifeMs.ENGAGED,
    leastWeight,
    excludedTypes: [...excludedTypes],
    mostItems,
  };
  for (let after = ''; ; ) {
    const rows = await graph.run(nextHistories, { ...params, after });
    const last = rows.at(-1);
    if (last === undefined) {
      return;
    }
    yield* rows.filter(({ contents }) => contents.length > 0);
    after = last.person;
  }
}

function valuesOf(weights: readonly number[], { values, halfLifeItems }: TeachingOptions): number[] {
  const largest = Math.max(...weights);
  return weights.map((weight, newer) => {
    const value = values === 'sign' ? 1 : weight / largest;
    return halfLifeItems === null ? value : value * 2 ** (-newer / halfLifeItems);
  });
}

function numbered(people: readonly History[], contents: readonly string[]): Histories {
  const numbers = new Map(contents.map((content, index) => [content, index]));
  const starts = [0];
  const items: number[] = [];
  const values: number[] = [];
  for (const person of people) {
    person.contents.forEach((content, index) => {
      const item = numbers.get(content);
      if (item !== undefined) {
        items.push(item);
        values.push(person.values[index] ?? 0);
      }
    });
    if (items.length > (starts.at(-1) ?? 0)) {
      starts.push(items.length);
    }
  }
  return {
    people: starts.length - 1,
    contents: contents.length,
    starts: Int32Array.from(starts),
    items: Int32Array.from(items),
    values: Float64Array.from(values),
  };
}
