import type { Pool } from 'pg';
import { z } from 'zod';
import { CIRCLES } from '../../activity/fold-row.ts';
import type { Ranking } from '../../activity/ranking.ts';
import { connectionStrength, knownPartsOf } from '../../activity/tie.ts';
import type { Graph, GraphTransaction } from '../../graph/graph.ts';
import { defineQuery } from '../../graph/query.ts';
import { readNewestOpenActs } from '../../log/read/open-acts.ts';
import type { Algorithm } from '../rank/algorithm.ts';
import { isInTouch, type Tie } from '../rank/strength.ts';
import { readOptOuts } from '../settings/opt-out.ts';
import type { FeedSettings } from '../settings/settings.ts';
import { readFeedSettings } from '../settings/store.ts';
import { readAfterReset } from './after-reset.ts';
import type { Interest } from './candidate.ts';
import { type Past, type Seed, seedsOf } from './history.ts';
import { readCountingInterests } from './my-interests.ts';
import { checkWhole } from './rebuilding.ts';
import type { Taste } from './similar.ts';

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
    mutualContacts: z.number(),
    coEngagement: z.number(),
    mutualConnections: z.number(),
  }),
});
const myTaste = defineQuery({
  name: 'feed/my-taste',
  mode: 'read',
  params: z.object({
    ...fading,
    since: z.number(),
    mostPast: z.number(),
    model: z.string(),
    mostAlike: z.number(),
    mostCommunities: z.number(),
  }),
  row: z.object({
    past: z.array(z.tuple([z.string(), z.number(), z.number()])),
    types: z.array(z.tuple([z.string(), z.number()])),
    alike: z.array(z.tuple([z.string(), z.number()])),
    communities: z.array(z.string()),
    rebuilding: z.boolean(),
  }),
});

type KnownContact = z.output<typeof myTies.row>;

const MOST_TIES = 150;
const MOST_TIES_READ = 1_000;
const MOST_INCOMING = 5_000;
const MOST_COMMUNITIES = 30;

/** Who reads, as the graph knows them: what sources ask with and signals are made of. */
export interface Reader {
  /** Empty for nobody in particular. */
  readonly person: string;
  /** Strongest first. */
  readonly ties: readonly Tie[];
  readonly interests: readonly Interest[];
  /** Ids, the newest membership first. */
  readonly communities: readonly string[];
  /** The person's engagement by type of content. */
  readonly types: readonly { readonly type: string; readonly weight: number }[];
  /** What the person engaged with, newest first. */
  readonly past: readonly Past[];
  /** People who do what the person does, the most alike first; the score is above 0. */
  readonly alike: readonly { readonly person: string; readonly score: number }[];
  readonly taste: Taste;
}

const NO_TASTE: Taste = { seeds: [], models: [], fallback: true };
export const NOBODY: Reader = {
  person: '',
  ties: [],
  interests: [],
  communities: [],
  types: [],
  past: [],
  alike: [],
  taste: NO_TASTE,
};

/** Where a feed is found. */
export interface Stores {
  readonly graph: Graph;
  readonly pool: Pool;
}

interface ReaderRequest {
  readonly person: string;
  readonly algorithm: Algorithm;
  readonly settings: FeedSettings;
  readonly now: number;
  readonly ranking: Ranking;
}

/**
 * Reads who somebody is.
 *
 * @throws AppError `GRAPH_REBUILDING`
 */
export async function readReader({ graph, pool }: Stores, request: ReaderRequest): Promise<Reader> {
  const { person, algorithm, now } = request;
  const [contacts, interests, { past, types, communities, alike }] = await Promise.all([
    tiesOf(graph, request),
    readCountingInterests(graph, person, request),
    doingOf(graph, request),
  ]);
  const left = await readAfterReset({ graph, pool }, person, { contacts, alike, ...request });
  const ties = await tiesAmong(pool, left.contacts, request);
  const taste = tasteOf(past, algorithm, now);
  return { person, ties, interests, communities, types, past, alike: left.alike, taste };
}

/** Whose doing a person's feed is made of: those whom they are tied to, strongest first. */
export async function readTies(
  { graph, pool }: Stores,
  { person, ...at }: Pick<ReaderRequest, 'person' | 'ranking' | 'now'>,
): Promise<readonly Tie[]> {
  const request = { ...at, settings: await readFeedSettings(pool, person) };
  const contacts = await tiesOf(graph, { person, ...request });
  const left = await readAfterReset({ graph, pool }, person, { contacts, alike: [], ...request });
  return tiesAmong(pool, left.contacts, request);
}

function tiesAmong(
  pool: Pool,
  contacts: readonly KnownContact[],
  request: Pick<ReaderRequest, 'ranking'>,
): Promise<readonly Tie[]> {
  return withWitnesses(pool, byStrength(contacts, request));
}

async function withWitnesses(pool: Pool, contacts: readonly Omit<Tie, 'witness'>[]): Promise<readonly Tie[]> {
  const inTouch = contacts.filter(isInTouch).map(({ person }) => person);
  const optedOut = await readOptOuts(pool, inTouch);
  const witnesses = new Set(inTouch.filter((person) => !optedOut.has(person)));
  return contacts.map((contact) => ({ ...contact, witness: witnesses.has(contact.person) }));
}

/**
 * What those in touch with a person openly like, as far as it says something about the person's taste; something that
 * several of them like is there as often.
 */
export async function readFriendsTaste(
  pool: Pool,
  ties: readonly Tie[],
  { history }: Pick<Algorithm, 'history'>,
): Promise<Seed[]> {
  const { share, people, perPerson } = history.friends;
  const friends = share === 0 ? [] : ties.filter(({ witness }) => witness).slice(0, people);
  const strengthOf = new Map(friends.map(({ person, strength }) => [person, strength]));
  const acts = await readNewestOpenActs(pool, [...strengthOf.keys()], { since: 0, perPerson, excludedTypes: [] });
  // Who likes and votes for the same thing likes one thing.
  const liked = new Map(acts.map(({ person, content }) => [JSON.stringify([person, content]), { person, content }]));
  return [...liked.values()].map(({ person, content }) => ({
    content,
    weight: share * (strengthOf.get(person) ?? 0),
  }));
}

/** What a person's taste is read from of what they did. */
function tasteOf(past: readonly Past[], algorithm: Algorithm, now: number): Taste {
  const { history, similarity } = algorithm;
  return {
    seeds: seedsOf(past, history, now),
    models: similarity.models,
    fallback: similarity.fallback,
  };
}

function tiesOf(
  graph: GraphTransaction,
  { person, now, ranking, settings }: Omit<ReaderRequest, 'algorithm'>,
): Promise<KnownContact[]> {
  return graph.run(myTies, {
    userId: person,
    now,
    halfLifeMs: ranking.halfLifeMs.INTERACTED,
    maxIncoming: MOST_INCOMING,
    // Those whom a reset leaves nothing of must not crowd out those whom it does.
    limit: settings.resetAt === null ? MOST_TIES : MOST_TIES_READ,
  });
}

function byStrength(
  contacts: readonly KnownContact[],
  { ranking }: Pick<ReaderRequest, 'ranking'>,
): readonly Omit<Tie, 'witness'>[] {
  return contacts
    .map((contact) => ({ ...contact, strength: connectionStrength(knownPartsOf(contact), ranking.ties) }))
    .sort((a, b) => b.strength - a.strength || (a.person < b.person ? -1 : 1))
    .slice(0, MOST_TIES);
}

/**
 * What the person did, as far as the feed looks at it: one question, since each costs a page more than its answer.
 *
 * @throws AppError `GRAPH_REBUILDING`
 */
async function doingOf(
  graph: GraphTransaction,
  { person, algorithm, now, ranking, settings }: ReaderRequest,
): Promise<Pick<Reader, 'past' | 'types' | 'alike' | 'communities'>> {
  const [row] = await graph.run(myTaste, {
    userId: person,
    now,
    halfLifeMs: ranking.halfLifeMs.ENGAGED,
    since: settings.resetAt ?? 0,
    mostPast: algorithm.history.most,
    model: algorithm.alike.model,
    mostAlike: algorithm.alike.people,
    mostCommunities: algorithm.sources.communities === undefined ? 0 : MOST_COMMUNITIES,
  });
  const { past = [], types = [], alike = [], communities = [], rebuilding = false } = row ?? {};
  checkWhole({ rebuilding });
  return {
    past: past.map(([content, at, weight]) => ({ content, at, weight })),
    types: types.map(([type, weight]) => ({ type, weight })),
    alike: alike.map(([other, score]) => ({ person: other, score })),
    communities,
  };
}
