import type { GraphQLScalarType } from 'graphql';
import type { Caller } from '../../core/caller.ts';
import { DAY_MS } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { FeedItem, FeedPage } from '../../feed/explain/present.ts';
import type { AcceptResult, Transport } from '../../ingest/accept.ts';
import type { ActivityStatistics } from '../../log/read/statistics.ts';
import { peopleAskedFor, personAskedFor } from '../access.ts';
import { failureOf } from '../failure.ts';
import type { ApiPorts } from '../ports.ts';
import { checkPosition } from '../position.ts';
import { checkBatchSize, lastPosition } from '../rest/activities.ts';
import { MAX_FEED_PAGE } from '../rest/feed.ts';
import { idParameter, timeParameter } from '../rest/query.ts';
import { activityInputDefinition, activityOf } from './activity-input.ts';
import { jsonScalar, positionScalar } from './scalars.ts';

/** What every resolver is given. Without a caller every root field refuses. */
export interface GraphqlContext {
  readonly caller: Caller | undefined;
  readonly transport: Transport;
}

/** Resolves a root field of our own, behind the guard of its entry in FIELD_ACCESS. */
export type Resolver = (
  source: unknown,
  args: Record<string, unknown>,
  context: GraphqlContext & { readonly caller: Caller },
) => unknown;

const MAX_STATISTICS_DAYS = 366;
/** Items of a feed when the query does not say how many. */
export const DEFAULT_FEED_PAGE = 20;

export const OPERATION_TYPE_DEFINITIONS = /* GraphQL */ `
scalar Position
scalar JSON

${activityInputDefinition()}

enum TrackStatus { ACCEPTED DUPLICATE CONFLICT INVALID }

type UserError {
  "A code of the catalogue, as in docs/errors.md."
  code: String!
  message: String!
  remedy: String!
}

type TrackResult {
  "The id that was sent, or the one that was given; null for an invalid activity without one."
  id: ID
  "Null for an invalid activity and for a conflict."
  position: Position
  status: TrackStatus!
  error: UserError
}

type TrackBatch {
  "One result an input, in order."
  results: [TrackResult!]!
  "The newest position of the batch; null when nothing of it is in the log."
  position: Position
}

type Part { name: String! value: Float! }
type Face { id: ID! name: String! }
type SocialProof { people: [Face!]! others: Int! }

type FeedItem {
  "As type:id."
  content: ID!
  title: String
  rank: Int!
  "The sum of parts, added in their order."
  score: Float!
  parts: [Part!]!
  "Rules of the slate that moved this item."
  movedBy: [String!]!
  sources: [String!]!
  reasons: [String!]!
  proof: SocialProof!
}

type Feed {
  algorithm: String!
  "Position of the log that the graph had."
  position: Position!
  items: [FeedItem!]!
  "For after, to get the next page; null on the last one."
  next: String
}

type ActivityTypeCount { activityType: String! count: Int! }
type DayCount { "As in 2026-11-01, UTC." day: String! count: Int! }
type ActivityStats { total: Int! byType: [ActivityTypeCount!]! byDay: [DayCount!]! }

type Query {
  "A page of a person's ranked, explained feed. userId: somebody else only for service, analyst and admin. afterPosition: wait until the graph has this position, for up to 5 seconds."
  feed(userId: ID, first: Int = ${DEFAULT_FEED_PAGE}, after: String, afterPosition: Position, algorithm: String): Feed!
  "Counts of what was received from since (ISO time, default 30 days ago) to until (default now). Without userId: the token's subject; for service, analyst and admin everybody."
  activityStats(userId: ID, since: String, until: String): ActivityStats!
}

type Mutation {
  "Takes one activity; answers after it is kept for good."
  trackActivity(input: ActivityInput!): TrackResult!
  "Takes up to 2,500 activities; one bad one does not harm the others."
  trackActivities(inputs: [ActivityInput!]!): TrackBatch!
}
`;

export interface OperationResolvers {
  readonly Query: Readonly<Record<string, Resolver>>;
  readonly Mutation: Readonly<Record<string, Resolver>>;
  readonly Position: GraphQLScalarType;
  readonly JSON: GraphQLScalarType;
  readonly FeedItem: object;
}

export function operationResolvers(ports: ApiPorts): OperationResolvers {
  const track = async (inputs: readonly unknown[], { caller, transport }: GraphqlContext & { caller: Caller }) => {
    checkBatchSize(inputs.length);
    const started = performance.now();
    const items = inputs.map((input) => activityOf(input as Record<string, unknown>));
    const results = await ports.accept(items, caller, transport);
    ports.metrics.observeAppend(items.length, (performance.now() - started) / 1_000);
    return results;
  };
  const result = (one: AcceptResult) => trackResult(one, ports);
  const Query: Record<string, Resolver> = {
    feed: (_source, args, { caller }) => feed(args, caller, ports),
    activityStats: (_source, args, { caller }) => activityStats(args, caller, ports),
  };
  const Mutation: Record<string, Resolver> = {
    async trackActivity(_source, args, context) {
      const [only] = await track([args['input']], context);
      return only === undefined ? null : result(only);
    },
    async trackActivities(_source, args, context) {
      const results = await track(args['inputs'] as readonly unknown[], context);
      return { results: results.map(result), position: lastPosition(results) };
    },
  };
  return {
    Position: positionScalar,
    JSON: jsonScalar,
    Query,
    Mutation,
    FeedItem: {
      movedBy: (item: FeedItem) => item.moved_by,
      parts: (item: FeedItem) => Object.entries(item.parts).map(([name, value]) => ({ name, value })),
    },
  };
}

function trackResult(result: AcceptResult, ports: ApiPorts): object {
  const position = 'position' in result ? result.position : null;
  if (!('error' in result)) {
    return { id: result.id, position, status: result.status.toUpperCase(), error: null };
  }
  const { code, detail, remedy } = failureOf(result.error, ports.logger);
  return { id: result.id, position, status: result.status.toUpperCase(), error: { code, message: detail, remedy } };
}

async function feed(args: Record<string, unknown>, caller: Caller, ports: ApiPorts): Promise<FeedPage> {
  const { after, afterPosition, algorithm } = args as { after?: string; afterPosition?: number; algorithm?: string };
  const first = Number(args['first'] ?? DEFAULT_FEED_PAGE);
  if (first < 1 || first > MAX_FEED_PAGE) {
    throw new AppError('REQUEST_MALFORMED', `first: must be a whole number from 1 to ${MAX_FEED_PAGE}`);
  }
  const viewer = personAskedFor(caller, idArgument(args['userId']));
  await checkPosition('afterPosition', afterPosition, ports);
  return await ports.feedPage({
    viewer,
    limit: first,
    ...(after == null ? {} : { cursor: after }),
    ...(afterPosition == null ? {} : { afterPosition }),
    ...(algorithm == null ? {} : { algorithm }),
  });
}

function activityStats(args: Record<string, unknown>, caller: Caller, ports: ApiPorts): Promise<ActivityStatistics> {
  const userId = peopleAskedFor(caller, idArgument(args['userId']));
  const until = timeArgument('until', args['until']) ?? ports.clock.now();
  const since = timeArgument('since', args['since']) ?? until - 30 * DAY_MS;
  if (since > until || until - since > MAX_STATISTICS_DAYS * DAY_MS) {
    throw new AppError('REQUEST_MALFORMED', `since: must be before until, by at most ${MAX_STATISTICS_DAYS} days`);
  }
  return ports.activityStatistics({ ...(userId === undefined ? {} : { userId }), since, until });
}

function idArgument(value: unknown): string | undefined {
  if (value == null) {
    return undefined;
  }
  const parsed = idParameter.safeParse(value);
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', 'userId: must be an id of 1 to 200 characters without control characters');
  }
  return parsed.data;
}

function timeArgument(name: string, value: unknown): number | undefined {
  if (value == null) {
    return undefined;
  }
  const parsed = timeParameter.safeParse(value);
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', `${name}: must be a time as in 2026-11-01T12:00:00Z`);
  }
  return Date.parse(parsed.data);
}
