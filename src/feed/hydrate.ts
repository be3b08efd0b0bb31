import type { Pool } from 'pg';
import { z } from 'zod';
import type { Ranking } from '../activity/ranking.ts';
import type { Graph, GraphTransaction } from '../graph/graph.ts';
import { defineQuery } from '../graph/query.ts';
import { type Current, visibleNow } from '../log/read/permissions.ts';
import type { Because, Candidate, Hydrated } from './find/candidate.ts';
import type { Reader } from './find/reader.ts';
import { type Likeness, NONE_DISLIKED, type Similar } from './find/similar.ts';
import { readWitnesses, type Witness } from './find/witnesses.ts';
import type { Algorithm } from './rank/algorithm.ts';
import type { FeedSettings } from './settings/settings.ts';

const content = defineQuery({
  name: 'feed/hydrate',
  mode: 'read',
  params: z.object({
    userId: z.string().nullable(),
    references: z.array(z.string()),
    now: z.number(),
    halfLifeMs: z.number(),
  }),
  row: z.object({
    contents: z.array(
      z.tuple([z.string(), z.string(), z.number().nullable(), z.number().nullable(), z.number(), z.number()]),
    ),
    mine: z.array(z.tuple([z.string(), z.number()])),
  }),
});

/** What the graph knows of one piece of content. Times are in milliseconds. */
interface Row {
  readonly type: string;
  readonly createdAt: number | null;
  readonly firstAt: number | null;
  readonly engagement: number;
  readonly authorWorks: number;
  readonly mine: number;
}

export interface HydrateRequest {
  readonly viewer: string | null;
  readonly candidates: readonly Candidate[];
  readonly reader: Reader;
  readonly algorithm: Algorithm;
  readonly settings: FeedSettings;
  /** What is linked to what the person did. */
  readonly similar: Similar;
  readonly now: number;
  readonly ranking: Ranking;
}

/** Visibility is handed on: a page needs it too, and need not ask for it twice in one request. */
export interface HydratedCandidates {
  readonly candidates: readonly Hydrated[];
  readonly visible: ReadonlyMap<string, Current>;
}

/** What was read of one candidate; undefined where a store knows nothing of it. */
interface Known {
  readonly row: Row;
  readonly likeness: Likeness | undefined;
  readonly witness: Witness | undefined;
  /** Undefined for what the person may not see. */
  readonly current: Current | undefined;
}

/**
 * Second step of the feed: reads what rules, score and explanation need of all candidates, in two questions to the
 * graph and one to Postgres, all at the same time. What was said of content (author, tags, community) the catalogue
 * knows first; the graph tells what people do with it. Candidates that the graph no longer has are left out.
 */
export async function hydrate(
  { graph, pool }: { readonly graph: Graph; readonly pool: Pool },
  request: HydrateRequest,
): Promise<HydratedCandidates> {
  const { viewer, candidates, reader, similar, algorithm, settings, now, ranking } = request;
  if (candidates.length === 0) {
    return { candidates: [], visible: new Map() };
  }
  const references = candidates.map((candidate) => candidate.content);
  const halfLifeMs = ranking.halfLifeMs.ENGAGED;
  const proving = settings.off.includes('social_proof') ? [] : reader.ties.filter(({ witness }) => witness);
  const ties = proving.slice(0, algorithm.proof.people);
  const [rowOf, witnesses, visible] = await Promise.all([
    readRows(graph, { userId: viewer, references, now, halfLifeMs }),
    readWitnesses({ graph, pool }, { ties, alike: reader.alike, references, algorithm, ranking, now }),
    visibleNow(pool, viewer, references),
  ]);
  const hydrated = candidates.flatMap((candidate): Hydrated[] => {
    const row = rowOf.get(candidate.content);
    return row === undefined
      ? []
      : [
          describe(candidate, reader, {
            row,
            likeness: similar.of(candidate.content),
            witness: witnesses.get(candidate.content),
            current: visible.get(candidate.content),
          }),
        ];
  });
  return { candidates: hydrated, visible };
}

async function readRows(
  graph: GraphTransaction,
  params: z.input<typeof content.params>,
): Promise<ReadonlyMap<string, Row>> {
  const [answer] = await graph.run(content, params);
  const mineOf = new Map(answer?.mine);
  const rows = (answer?.contents ?? []).map(
    ([reference, type, createdAt, firstAt, engagement, authorWorks]): [string, Row] => [
      reference,
      { type, createdAt, firstAt, engagement, authorWorks, mine: mineOf.get(reference) ?? 0 },
    ],
  );
  return new Map(rows);
}

function describe(candidate: Candidate, reader: Reader, known: Known): Hydrated {
  const { row, current, likeness, witness } = known;
  const author = current?.authorId ?? null;
  // Field by field: a copy that then grows by so many fields was 300 times as slow, and there are hundreds of them.
  return {
    content: candidate.content,
    sources: candidate.sources,
    trend: candidate.trend,
    catchUp: candidate.catchUp,
    type: row.type,
    title: current?.title ?? null,
    author,
    authorWorks: row.authorWorks,
    tags: current?.tags ?? [],
    community: current?.communityId ?? null,
    madeAt: row.createdAt ?? row.firstAt,
    madeAtKnown: row.createdAt !== null,
    engagement: Math.max(row.engagement, 0),
    mine: row.mine,
    // An author is no witness for their own work.
    supporters: witness?.supporters.filter(({ person }) => person !== author) ?? [],
    similar: likeness?.score ?? 0,
    because: likeness?.bySeed.map(([seed, part]): Because => [reader.taste.seeds[seed]?.content ?? '', part]) ?? [],
    dislikedLikeness: likeness?.disliked ?? NONE_DISLIKED,
    alikeScore: witness?.alikeScore ?? 0,
    alike: witness?.alike ?? 0,
    described: current?.described ?? false,
    visible: current !== undefined,
  };
}
