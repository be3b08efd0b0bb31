import { z } from 'zod';
import { CIRCLES } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { AppError } from '../../core/errors.ts';
import type { Graph, GraphTransaction } from '../../graph/graph.ts';
import { readProjection } from '../../graph/projection/projection.ts';
import { defineQuery } from '../../graph/query.ts';
import type { Algorithm } from '../rank/algorithms.ts';
import { connectionStrength, type Tie } from '../rank/strength.ts';
import type { Candidate, Find, Interest } from './candidate.ts';
import type { ForEverybody } from './everybody.ts';
import { SOURCES, type SourceName } from './sources/registry.ts';
import type { PersonalRequest, Source } from './sources/source.ts';

const fading = { userId: z.string(), now: z.number(), halfLifeMs: z.number() };
const myTies = defineQuery({
  name: 'feed/my-ties',
  mode: 'read',
  params: z.object({ ...fading, maxIncoming: z.number(), limit: z.number() }),
  row: z.object({
    person: z.string(),
    accepted: z.boolean(),
    follows: z.boolean(),
    circle: z.enum(CIRCLES).nullable(),
    outgoing: z.number(),
    incoming: z.number(),
  }),
});
const myInterests = defineQuery({
  name: 'feed/my-interests',
  mode: 'read',
  params: z.object({ ...fading, limit: z.number() }),
  row: z.object({ tag: z.string(), declared: z.boolean(), weight: z.number() }),
});
const myTypes = defineQuery({
  name: 'feed/my-types',
  mode: 'read',
  params: z.object(fading),
  row: z.object({ type: z.string(), weight: z.number() }),
});

/** Candidates that are hydrated and ranked; more would cost time and be seen by nobody. */
const MOST_CANDIDATES = 150;
const MOST_TIES = 150;
const MOST_INTERESTS = 50;
const MOST_INCOMING = 5_000;

export interface Found {
  readonly candidates: readonly Candidate[];
  /** Strongest first. */
  readonly ties: readonly Tie[];
  readonly interests: readonly Interest[];
  /** The person's engagement by type of content. */
  readonly types: readonly { readonly type: string; readonly weight: number }[];
}

export interface FindRequest {
  readonly viewer: string | null;
  readonly algorithm: Algorithm;
  readonly now: number;
  readonly ranking: Ranking;
  readonly everybody: Promise<ForEverybody>;
  /** Told how long each source took, in milliseconds. */
  readonly observe: (name: string, durationMs: number) => void;
}

/**
 * First step of the feed: asks the graph who the reader is and all sources of the algorithm what they propose. What is
 * asked with the reader's relations goes through one read transaction, the rest through another at the same time,
 * since Neo4j answers the questions of one transaction one after the other.
 *
 * @throws AppError `GRAPH_REBUILDING`
 */
export async function findCandidates(graph: Graph, request: FindRequest): Promise<Found> {
  const { algorithm, everybody } = request;
  // One failure must not leave the others as unhandled rejections: whatever runs is waited for together.
  const [forEverybody, related, others] = await Promise.all([
    everybody,
    graph.read(async (tx) => {
      const ties = tiesOf(tx, request);
      const interests = interestsOf(tx, request);
      const finds = findsOf(request, 'relations', (source, shared) =>
        source.needs === 'relations' ? source.find({ ...shared, tx, ties, interests }) : [],
      );
      return Promise.all([ties, interests, finds]);
    }),
    graph.read(async (tx) => {
      const finds = findsOf(request, 'person', (source, shared) =>
        source.needs === 'person' ? source.find({ ...shared, tx }) : [],
      );
      const [types] = await Promise.all([typesOf(tx, request), finds, refuseWhileRebuilding(tx)]);
      return { types, finds: await finds };
    }),
  ]);
  const [ties, interests, relatedFinds] = related;
  const finds = new Map([...forEverybody.finds, ...relatedFinds, ...others.finds]);
  const named = algorithm.sources.map((name) => ({ name, finds: finds.get(name) ?? [] }));
  return { candidates: merge(named, MOST_CANDIDATES), ties, interests, types: others.types };
}

/** @throws AppError `GRAPH_REBUILDING` while the graph is only a part of what the log folds to. */
export async function refuseWhileRebuilding(graph: GraphTransaction): Promise<void> {
  const { rebuilding } = await readProjection(graph);
  if (rebuilding) {
    throw new AppError('GRAPH_REBUILDING', 'The graph is being rebuilt; feeds come back when it is whole');
  }
}

/** What the algorithm's sources of one kind find for the reader, asked without waiting for one before the next. */
async function findsOf(
  request: FindRequest,
  needs: Source['needs'],
  ask: (source: Source, shared: Omit<PersonalRequest, 'tx'>) => Promise<readonly Find[]> | readonly Find[],
): Promise<(readonly [SourceName, readonly Find[]])[]> {
  const { viewer, algorithm, now, ranking, everybody, observe } = request;
  if (viewer === null) {
    return [];
  }
  const recent = everybody.then((known) => known.recent);
  recent.catch(() => undefined);
  const shared = { person: viewer, now, ranking, excludedTypes: algorithm.excludedTypes, recent };
  const names = algorithm.sources.filter((name) => SOURCES[name].needs === needs);
  return Promise.all(
    names.map(async (name) => {
      const started = performance.now();
      const finds = await ask(SOURCES[name], shared);
      observe(name, performance.now() - started);
      return [name, finds] as const;
    }),
  );
}

async function tiesOf(tx: GraphTransaction, { viewer, now, ranking }: FindRequest): Promise<readonly Tie[]> {
  if (viewer === null) {
    return [];
  }
  const halfLifeMs = ranking.halfLifeMs.INTERACTED;
  const contacts = await tx.run(myTies, {
    userId: viewer,
    now,
    halfLifeMs,
    maxIncoming: MOST_INCOMING,
    limit: MOST_TIES,
  });
  return contacts
    .map((contact) => ({ ...contact, strength: connectionStrength(contact) }))
    .sort((a, b) => b.strength - a.strength || (a.person < b.person ? -1 : 1));
}

async function interestsOf(tx: GraphTransaction, { viewer, now, ranking }: FindRequest): Promise<readonly Interest[]> {
  return viewer === null
    ? []
    : tx.run(myInterests, {
        userId: viewer,
        now,
        halfLifeMs: ranking.halfLifeMs.INTERESTED_IN,
        limit: MOST_INTERESTS,
      });
}

async function typesOf(tx: GraphTransaction, { viewer, now, ranking }: FindRequest): Promise<Found['types']> {
  return viewer === null ? [] : tx.run(myTypes, { userId: viewer, now, halfLifeMs: ranking.halfLifeMs.ENGAGED });
}

/**
 * One list of what several sources propose: the best of each in turn, then the second of each and so on, each content
 * once, until `most` are there, so that no source crowds the others out.
 */
export function merge(
  sources: readonly { readonly name: string; readonly finds: readonly Find[] }[],
  most: number,
): Candidate[] {
  const chosen = new Set<string>();
  const longest = Math.max(0, ...sources.map(({ finds }) => finds.length));
  for (let turn = 0; turn < longest && chosen.size < most; turn += 1) {
    for (const { finds } of sources) {
      const find = finds[turn];
      if (find !== undefined && chosen.size < most) {
        chosen.add(find.content);
      }
    }
  }
  const byContent = sources.map(({ name, finds }) => ({
    name,
    finds: new Map(finds.map((find) => [find.content, find])),
  }));
  return [...chosen].map((content) => {
    const proposals = byContent.flatMap(({ name, finds }) => {
      const find = finds.get(content);
      return find === undefined ? [] : [{ name, find }];
    });
    const alike = proposals.find(({ find }) => find.alike !== undefined)?.find;
    return {
      content,
      sources: proposals.map(({ name }) => name),
      alikeScore: alike?.score ?? 0,
      alike: alike?.alike ?? 0,
      trend: proposals.find(({ find }) => find.trend !== undefined)?.find.trend ?? null,
    };
  });
}
