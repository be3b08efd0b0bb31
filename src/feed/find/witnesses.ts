import type { Pool } from 'pg';
import { z } from 'zod';
import { engagementOf } from '../../activity/engagement.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { DAY_MS } from '../../core/clock.ts';
import type { GraphTransaction } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import { type OpenAct, readOpenActs } from '../../log/read/open-acts.ts';
import type { Algorithm } from '../rank/algorithm.ts';
import type { Tie } from '../rank/strength.ts';
import type { Supporter } from './candidate.ts';
import type { Reader } from './reader.ts';

const proof = defineQuery({
  name: 'feed/proof',
  mode: 'read',
  params: z.object({
    people: z.array(z.string()),
    references: z.array(z.string()),
    halfLifeMs: z.number(),
    maxEngaged: z.number(),
  }),
  row: z.object({ acts: z.array(z.tuple([z.string(), z.string(), z.number(), z.number()])) }),
});

/** Who engaged with more than this is no witness for anything. */
const MOST_ENGAGED = 1_000;
/** Nobody measures how long somebody likes something. */
const NO_MEASURES = { durationSeconds: null, scrollDepthPercentage: null };
/** What has faded below this is no engagement any more. */
const LEAST_WEIGHT = 1e-3;

/** What others who matter to the reader did with a piece of content. */
export interface Witness {
  /** Ties in touch with the reader who openly stand by it, those who count most first. */
  readonly supporters: readonly Supporter[];
  /** Likeness-weighted engagement of people alike, and how many of them that are. */
  readonly alikeScore: number;
  readonly alike: number;
}

interface Draft {
  readonly supporters: Supporter[];
  alikeScore: number;
  alike: number;
}

/**
 * Asks the graph which of the reader's ties and of the people alike engaged with these pieces of content, and the log
 * what of it the ties did openly. Only that counts as proof: what friends view, save or spend time on must not show
 * through the numbers that a feed gives out.
 */
export async function readWitnesses(
  { graph, pool }: { readonly graph: GraphTransaction; readonly pool: Pool },
  request: {
    /** In touch with the reader, and witnesses. */
    readonly ties: readonly Pick<Tie, 'person' | 'strength'>[];
    readonly alike: Reader['alike'];
    readonly references: readonly string[];
    readonly algorithm: Algorithm;
    readonly ranking: Ranking;
    readonly now: number;
  },
): Promise<ReadonlyMap<string, Witness>> {
  const { ties, references, algorithm, ranking, now } = request;
  const strengthOf = new Map(ties.map(({ person, strength }) => [person, strength]));
  const likenessOf = new Map(request.alike.map(({ person, score }) => [person, score]));
  const people = [...new Set([...strengthOf.keys(), ...likenessOf.keys()])];
  const halfLifeMs = ranking.halfLifeMs.ENGAGED;
  const [row] =
    people.length === 0
      ? []
      : await graph.run(proof, { people, references: [...references], halfLifeMs, maxEngaged: MOST_ENGAGED });
  const rows = (row?.acts ?? []).map(([content, person, at, weight]) => ({ content, person, at, weight }));
  const asked = rows.filter(({ person }) => strengthOf.has(person));
  const open = new Map<string, number>();
  for (const act of await readOpenActs(pool, asked)) {
    const pair = JSON.stringify([act.person, act.content]);
    const weight = weightOfOpenAct(act, ranking) * faded(now - act.at, algorithm.proof.halfLifeDays);
    open.set(pair, (open.get(pair) ?? 0) + weight);
  }
  const found = new Map<string, Draft>();
  for (const { content, person, at, weight } of rows) {
    const witness = found.get(content) ?? { supporters: [], alikeScore: 0, alike: 0 };
    found.set(content, witness);
    const strength = strengthOf.get(person);
    const asTie = open.get(JSON.stringify([person, content])) ?? 0;
    if (strength !== undefined && asTie > LEAST_WEIGHT) {
      witness.supporters.push({ person, strength, weight: asTie });
    }
    const likeness = likenessOf.get(person);
    const asAlike = weight * faded(now - at, algorithm.alike.halfLifeDays);
    if (likeness !== undefined && asAlike > LEAST_WEIGHT) {
      witness.alikeScore += likeness * asAlike;
      witness.alike += 1;
    }
  }
  for (const { supporters } of found.values()) {
    supporters.sort((a, b) => b.strength * b.weight - a.strength * a.weight || (a.person < b.person ? -1 : 1));
  }
  return found;
}

/** What an open act weighed when it was done. */
export function weightOfOpenAct({ kind }: Pick<OpenAct, 'kind'>, ranking: Ranking): number {
  return engagementOf(kind, NO_MEASURES, ranking);
}

function faded(ageMs: number, halfLifeDays: number | null): number {
  return halfLifeDays === null ? 1 : 2 ** (-Math.max(ageMs, 0) / (halfLifeDays * DAY_MS));
}
