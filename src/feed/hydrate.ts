import type { Pool } from 'pg';
import { z } from 'zod';
import { decayFactor } from '../activity/decay.ts';
import type { Ranking } from '../activity/ranking.ts';
import type { Graph } from '../graph/graph.ts';
import { defineQuery } from '../graph/query.ts';
import { readContent } from '../log/catalogue.ts';
import { visibleTo } from '../log/permissions.ts';
import type { Candidate, Hydrated } from './candidate.ts';
import type { Tie } from './strength.ts';

const query = defineQuery({
  name: 'feed/hydrate',
  mode: 'read',
  params: z.object({
    userId: z.string().nullable(),
    ties: z.record(z.string(), z.number()),
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
    proof: z.array(z.object({ person: z.string(), weight: z.number() })),
    authors: z.array(z.string()),
    tags: z.array(z.string()),
    communities: z.array(z.string()),
  }),
});
type Row = z.output<typeof query.row>;

/** Engagement is added up exactly for content that at most so many people engaged with. */
const EXACT_UP_TO = 60;
/** Social proof comes from this many of the person's strongest ties. */
const PROVING_TIES = 20;

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
  readonly visible: ReadonlySet<string>;
  readonly titles: ReadonlyMap<string, string | null>;
}

/**
 * Second step of the feed: reads what rules, score and explanation need of all candidates, in one question to the
 * graph and two to Postgres at the same time. Candidates that the graph no longer has are left out.
 */
export async function hydrate(
  { graph, pool }: { readonly graph: Graph; readonly pool: Pool },
  { viewer, candidates, ties, now, ranking }: HydrateRequest,
): Promise<HydratedCandidates> {
  if (candidates.length === 0) {
    return { candidates: [], visible: new Set(), titles: new Map() };
  }
  const references = candidates.map(({ content }) => content);
  const strengths = new Map(ties.slice(0, PROVING_TIES).map(({ person, strength }) => [person, strength]));
  const [rows, catalogue, visible] = await Promise.all([
    graph.run(query, {
      userId: viewer,
      ties: Object.fromEntries(strengths),
      references,
      now,
      halfLifeMs: ranking.halfLifeMs.ENGAGED,
      exactUpTo: EXACT_UP_TO,
    }),
    readContent(pool, references),
    visibleTo(pool, viewer, references),
  ]);
  const rowOf = new Map(rows.map((row) => [row.content, row]));
  const hydrated = candidates.flatMap((candidate): Hydrated[] => {
    const row = rowOf.get(candidate.content);
    const described = catalogue.get(candidate.content);
    if (row === undefined) {
      return [];
    }
    const author = described?.authorId ?? row.authors[0] ?? null;
    return [
      {
        ...candidate,
        type: row.type,
        author,
        tags: described?.tags ?? row.tags,
        community: described?.communityId ?? row.communities[0] ?? null,
        madeAt: row.createdAt ?? row.firstAt,
        madeAtKnown: row.createdAt !== null,
        engagement: row.engagement ?? crowdEngagement(row, now, ranking),
        mine: row.mine,
        supporters: supportersOf(row, strengths, author),
        described: described !== undefined,
        visible: visible.has(candidate.content),
      },
    ];
  });
  const titles = new Map([...catalogue].map(([content, { title }]) => [content, title]));
  return { candidates: hydrated, visible, titles };
}

/**
 * The least that a large crowd's engagement can still be worth: each of them viewed it once, when it was made. Adding
 * up a crowd's edges costs a microsecond an edge, too much for one page; where a crowd is still busy with something,
 * `trending` tells.
 */
export function crowdEngagement(
  row: Pick<Row, 'engagers' | 'createdAt' | 'firstAt'>,
  now: number,
  ranking: Ranking,
): number {
  const madeAt = row.createdAt ?? row.firstAt ?? now;
  const left = decayFactor(Math.max(now - madeAt, 0), ranking.halfLifeMs.ENGAGED);
  return row.engagers * (ranking.weights['view'] ?? 0) * left;
}

/** Ties that engaged with it, those who count most first. An author is no witness for their own work. */
function supportersOf(row: Row, strengths: ReadonlyMap<string, number>, author: string | null): Hydrated['supporters'] {
  return row.proof
    .filter(({ person }) => person !== author)
    .map(({ person, weight }) => ({ person, weight, strength: strengths.get(person) ?? 0 }))
    .sort((a, b) => b.strength * b.weight - a.strength * a.weight || (a.person < b.person ? -1 : 1));
}
