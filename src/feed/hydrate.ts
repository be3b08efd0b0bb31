import type { Pool } from 'pg';
import { z } from 'zod';
import { decayFactor } from '../activity/decay.ts';
import type { Ranking } from '../activity/ranking.ts';
import type { Graph } from '../graph/graph.ts';
import { defineQuery } from '../graph/query.ts';
import { readContent } from '../log/read/catalogue.ts';
import { type Current, visibleNow } from '../log/read/permissions.ts';
import type { Candidate, Hydrated } from './find/candidate.ts';
import { isInTouch, type Tie } from './rank/strength.ts';
import { readOptOuts } from './settings/opt-out.ts';

const content = defineQuery({
  name: 'feed/hydrate',
  mode: 'read',
  params: z.object({
    userId: z.string().nullable(),
    references: z.array(z.string()),
    now: z.number(),
    halfLifeMs: z.number(),
    exactUpTo: z.number(),
  }),
  row: z.object({
    content: z.string(),
    type: z.string(),
    createdAt: z.number().nullable(),
    firstAt: z.number().nullable(),
    engagers: z.number(),
    engagement: z.number().nullable(),
    mine: z.number(),
  }),
});
const proof = defineQuery({
  name: 'feed/proof',
  mode: 'read',
  params: z.object({
    people: z.array(z.string()),
    references: z.array(z.string()),
    now: z.number(),
    halfLifeMs: z.number(),
    maxEngaged: z.number(),
  }),
  row: z.object({ content: z.string(), person: z.string(), weight: z.number() }),
});
type Row = z.output<typeof content.row>;
type Proof = z.output<typeof proof.row>;

/** Engagement is added up exactly for content that at most so many people engaged with. */
const EXACT_UP_TO = 60;
/** Social proof comes from this many of the person's strongest ties, who each engaged with at most so much. */
const PROVING_TIES = 20;
const MOST_ENGAGED = 2_000;

export interface HydrateRequest {
  readonly viewer: string | null;
  readonly candidates: readonly Candidate[];
  readonly ties: readonly Tie[];
  readonly now: number;
  readonly ranking: Ranking;
}

/** What else a page needs and Postgres just said, so that it need not be asked twice in one request. */
export interface HydratedCandidates {
  readonly candidates: readonly Hydrated[];
  readonly visible: ReadonlyMap<string, Current>;
  readonly titles: ReadonlyMap<string, string | null>;
}

/**
 * Second step of the feed: reads what rules, score and explanation need of all candidates, in two questions to the
 * graph and two to Postgres, all at the same time. What was said of content (author, tags, community) the catalogue
 * knows first; the graph tells what people do with it. Candidates that the graph no longer has are left out.
 */
export async function hydrate(
  { graph, pool }: { readonly graph: Graph; readonly pool: Pool },
  { viewer, candidates, ties, now, ranking }: HydrateRequest,
): Promise<HydratedCandidates> {
  if (candidates.length === 0) {
    return { candidates: [], visible: new Map(), titles: new Map() };
  }
  const references = candidates.map((candidate) => candidate.content);
  const strengths = new Map(
    ties
      .filter(isInTouch)
      .slice(0, PROVING_TIES)
      .map(({ person, strength }) => [person, strength]),
  );
  const asOfNow = { references, now, halfLifeMs: ranking.halfLifeMs.ENGAGED };
  const [rows, proofs, catalogue, visible, optedOut] = await Promise.all([
    graph.run(content, { ...asOfNow, userId: viewer, exactUpTo: EXACT_UP_TO }),
    strengths.size === 0
      ? []
      : graph.run(proof, { ...asOfNow, people: [...strengths.keys()], maxEngaged: MOST_ENGAGED }),
    readContent(pool, references),
    visibleNow(pool, viewer, references),
    readOptOuts(pool, [...strengths.keys()]),
  ]);
  const rowOf = new Map(rows.map((row) => [row.content, row]));
  const proofsOf = byContent(proofs.filter(({ person }) => !optedOut.has(person)));
  const hydrated = candidates.flatMap((candidate): Hydrated[] => {
    const row = rowOf.get(candidate.content);
    const described = catalogue.get(candidate.content);
    if (row === undefined) {
      return [];
    }
    const author = described?.authorId ?? null;
    return [
      {
        content: candidate.content,
        sources: candidate.sources,
        alikeScore: candidate.alikeScore,
        alike: candidate.alike,
        trend: candidate.trend,
        type: row.type,
        author,
        tags: described?.tags ?? [],
        community: described?.communityId ?? null,
        madeAt: row.createdAt ?? row.firstAt,
        madeAtKnown: row.createdAt !== null,
        engagement: row.engagement ?? crowdEngagement(row, now, ranking),
        mine: row.mine,
        supporters: supportersOf(proofsOf.get(candidate.content) ?? [], strengths, author),
        title: described?.title ?? null,
        described: described !== undefined,
        visible: visible.has(candidate.content),
      },
    ];
  });
  const titles = new Map([...catalogue].map(([reference, { title }]) => [reference, title]));
  return { candidates: hydrated, visible, titles };
}

/**
 * The least that a large crowd's engagement can still be worth: each of them viewed it once, when it was made. Adding
 * up a crowd's edges costs a microsecond an edge, too much for one page; where a crowd is still busy with something,
 * `trending` tells.
 */
function crowdEngagement(row: Pick<Row, 'engagers' | 'createdAt' | 'firstAt'>, now: number, ranking: Ranking): number {
  const madeAt = row.createdAt ?? row.firstAt ?? now;
  const left = decayFactor(Math.max(now - madeAt, 0), ranking.halfLifeMs.ENGAGED);
  return row.engagers * (ranking.weights['view'] ?? 0) * left;
}

function byContent(proofs: readonly Proof[]): Map<string, Proof[]> {
  const groups = new Map<string, Proof[]>();
  for (const row of proofs) {
    const group = groups.get(row.content);
    if (group === undefined) {
      groups.set(row.content, [row]);
    } else {
      group.push(row);
    }
  }
  return groups;
}

/** Ties that engaged with it, those who count most first. An author is no witness for their own work. */
function supportersOf(
  proofs: readonly Proof[],
  strengths: ReadonlyMap<string, number>,
  author: string | null,
): Hydrated['supporters'] {
  return proofs
    .filter(({ person }) => person !== author)
    .map(({ person, weight }) => ({ person, weight, strength: strengths.get(person) ?? 0 }))
    .sort((a, b) => b.strength * b.weight - a.strength * a.weight || (a.person < b.person ? -1 : 1));
}
