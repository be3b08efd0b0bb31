import type { Pool } from 'pg';
import { z } from 'zod';
import type { Ranking } from '../activity/ranking.ts';
import type { Graph } from '../graph/graph.ts';
import { defineQuery } from '../graph/query.ts';
import { type CatalogueEntry, readContent } from '../log/read/catalogue.ts';
import { type Current, visibleNow } from '../log/read/permissions.ts';
import type { Because, Candidate, Hydrated } from './find/candidate.ts';
import type { Reader } from './find/reader.ts';
import { type Likeness, readLikeness } from './find/similar.ts';
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
    content: z.string(),
    type: z.string(),
    createdAt: z.number().nullable(),
    firstAt: z.number().nullable(),
    engagement: z.number(),
    authorWorks: z.number(),
    mine: z.number(),
  }),
});
type Row = z.output<typeof content.row>;

export interface HydrateRequest {
  readonly viewer: string | null;
  readonly candidates: readonly Candidate[];
  readonly reader: Reader;
  readonly algorithm: Algorithm;
  readonly settings: FeedSettings;
  /** Content that the person did not want. */
  readonly disliked: readonly string[];
  readonly now: number;
  readonly ranking: Ranking;
}

/** What else a page needs and Postgres just said, so that it need not be asked twice in one request. */
export interface HydratedCandidates {
  readonly candidates: readonly Hydrated[];
  readonly visible: ReadonlyMap<string, Current>;
  readonly titles: ReadonlyMap<string, string | null>;
}

/** What was read of one candidate; undefined where a store knows nothing of it. */
interface Known {
  readonly row: Row;
  readonly described: CatalogueEntry | undefined;
  readonly likeness: Likeness | undefined;
  readonly witness: Witness | undefined;
  readonly visible: boolean;
}

/**
 * Second step of the feed: reads what rules, score and explanation need of all candidates, in three questions to the
 * graph and two to Postgres, all at the same time. What was said of content (author, tags, community) the catalogue
 * knows first; the graph tells what people do with it. Candidates that the graph no longer has are left out.
 */
export async function hydrate(
  { graph, pool }: { readonly graph: Graph; readonly pool: Pool },
  request: HydrateRequest,
): Promise<HydratedCandidates> {
  const { viewer, candidates, reader, algorithm, settings, disliked, now, ranking } = request;
  if (candidates.length === 0) {
    return { candidates: [], visible: new Map(), titles: new Map() };
  }
  const references = candidates.map((candidate) => candidate.content);
  const halfLifeMs = ranking.halfLifeMs.ENGAGED;
  const proving = settings.off.includes('social_proof') ? [] : reader.ties.filter(({ witness }) => witness);
  const ties = proving.slice(0, algorithm.proof.people);
  const [likenesses, [rows, witnesses], catalogue, visible] = await Promise.all([
    graph.read((tx) => readLikeness(tx, reader.taste, { references, disliked })),
    graph.read((tx) =>
      Promise.all([
        tx.run(content, { userId: viewer, references, now, halfLifeMs }),
        readWitnesses({ tx, pool }, { ties, alike: reader.alike, references, algorithm, ranking, now }),
      ]),
    ),
    readContent(pool, references),
    visibleNow(pool, viewer, references),
  ]);
  const rowOf = new Map(rows.map((row) => [row.content, row]));
  const hydrated = candidates.flatMap((candidate): Hydrated[] => {
    const row = rowOf.get(candidate.content);
    return row === undefined
      ? []
      : [
          describe(candidate, reader, {
            row,
            described: catalogue.get(candidate.content),
            likeness: likenesses.get(candidate.content),
            witness: witnesses.get(candidate.content),
            visible: visible.has(candidate.content),
          }),
        ];
  });
  const titles = new Map([...catalogue].map(([reference, { title }]) => [reference, title]));
  return { candidates: hydrated, visible, titles };
}

function describe(candidate: Candidate, reader: Reader, known: Known): Hydrated {
  const { row, described, likeness, witness, visible } = known;
  const author = described?.authorId ?? null;
  return {
    ...candidate,
    type: row.type,
    title: described?.title ?? null,
    author,
    authorWorks: row.authorWorks,
    tags: described?.tags ?? [],
    community: described?.communityId ?? null,
    madeAt: row.createdAt ?? row.firstAt,
    madeAtKnown: row.createdAt !== null,
    engagement: Math.max(row.engagement, 0),
    mine: row.mine,
    // An author is no witness for their own work.
    supporters: witness?.supporters.filter(({ person }) => person !== author) ?? [],
    similar: likeness?.score ?? 0,
    because: likeness?.bySeed.map(([seed, part]): Because => [reader.taste.seeds[seed]?.content ?? '', part]) ?? [],
    dislikedLikeness: likeness?.disliked ?? new Map(),
    alikeScore: witness?.alikeScore ?? 0,
    alike: witness?.alike ?? 0,
    described: described !== undefined,
    visible,
  };
}
