import { z } from 'zod';
import { CIRCLES } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import type { Graph, GraphTransaction } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import type { Algorithm } from '../rank/algorithm.ts';
import { connectionStrength, type Tie } from '../rank/strength.ts';
import { correctInterests } from '../settings/interests.ts';
import type { FeedSettings } from '../settings/settings.ts';
import type { Interest } from './candidate.ts';
import { readInterests } from './my-interests.ts';
import { refuseWhileRebuilding } from './rebuilding.ts';

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
const myTypes = defineQuery({
  name: 'feed/my-types',
  mode: 'read',
  params: z.object(fading),
  row: z.object({ type: z.string(), weight: z.number() }),
});

const MOST_TIES = 150;
const MOST_INCOMING = 5_000;

/** Who reads, as the graph knows them: what sources ask with and signals are made of. */
export interface Reader {
  /** Empty for nobody in particular. */
  readonly person: string;
  /** Strongest first. */
  readonly ties: readonly Tie[];
  readonly interests: readonly Interest[];
  /** The person's engagement by type of content. */
  readonly types: readonly { readonly type: string; readonly weight: number }[];
}

export const NOBODY: Reader = { person: '', ties: [], interests: [], types: [] };

interface ReaderRequest {
  readonly person: string;
  readonly algorithm: Algorithm;
  readonly settings: FeedSettings;
  readonly now: number;
  readonly ranking: Ranking;
}

/**
 * Reads who somebody is. Their relations go through one read transaction, what they did through another at the same
 * time, since Neo4j answers the questions of one transaction one after the other.
 *
 * @throws AppError `GRAPH_REBUILDING`
 */
export async function readReader(graph: Graph, request: ReaderRequest): Promise<Reader> {
  const [[ties, interests], [types]] = await Promise.all([
    graph.read((tx) => Promise.all([tiesOf(tx, request), interestsOf(tx, request)])),
    graph.read((tx) => Promise.all([typesOf(tx, request), refuseWhileRebuilding(tx)])),
  ]);
  return { person: request.person, ties, interests, types };
}

async function tiesOf(tx: GraphTransaction, { person, now, ranking }: ReaderRequest): Promise<readonly Tie[]> {
  const contacts = await tx.run(myTies, {
    userId: person,
    now,
    halfLifeMs: ranking.halfLifeMs.INTERACTED,
    maxIncoming: MOST_INCOMING,
    limit: MOST_TIES,
  });
  return contacts
    .map((contact) => ({ ...contact, strength: connectionStrength(contact) }))
    .sort((a, b) => b.strength - a.strength || (a.person < b.person ? -1 : 1));
}

async function interestsOf(
  tx: GraphTransaction,
  { person, settings, now, ranking }: ReaderRequest,
): Promise<readonly Interest[]> {
  const interests = await readInterests(tx, person, { now, ranking });
  return correctInterests(interests, settings, { now, halfLifeMs: ranking.halfLifeMs.INTERESTED_IN });
}

function typesOf(tx: GraphTransaction, { person, now, ranking }: ReaderRequest): Promise<Reader['types']> {
  return tx.run(myTypes, { userId: person, now, halfLifeMs: ranking.halfLifeMs.ENGAGED });
}
