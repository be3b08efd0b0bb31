import type { AcceptResult } from '../../ingest/accept.ts';
import { failureOf } from '../failure.ts';
import type { ApiPorts } from '../ports.ts';
import { checkBatchSize, lastPosition } from '../rest/activities.ts';
import { activityInputDefinition, activityOf } from './activity-input.ts';
import type { Area, AreaResolvers, Resolver } from './area.ts';
import { jsonScalar, positionScalar } from './scalars.ts';

/** Activities in. */
export const tracking: Area = {
  typeDefinitions: /* GraphQL */ `
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

type Mutation {
  "Takes one activity; answers after it is kept for good."
  trackActivity(input: ActivityInput!): TrackResult!
  "Takes up to 2,500 activities; one bad one does not harm the others."
  trackActivities(inputs: [ActivityInput!]!): TrackBatch!
}
`,
  resolvers,
};

/** Hands activities of a caller to the log and answers what became of each, in order. */
export type Track = (
  items: readonly Readonly<Record<string, unknown>>[],
  context: Parameters<Resolver>[2],
) => Promise<readonly AcceptResult[]>;

export function createTrack(ports: ApiPorts): Track {
  return async (items, { caller, transport }) => {
    checkBatchSize(items.length);
    const started = performance.now();
    const results = await ports.accept(items, caller, transport);
    ports.metrics.observeAppend(items.length, (performance.now() - started) / 1_000);
    return results;
  };
}

function resolvers(ports: ApiPorts): AreaResolvers {
  const track = createTrack(ports);
  const result = (one: AcceptResult) => trackResult(one, ports);
  const Mutation: Record<string, Resolver> = {
    async trackActivity(_source, args, context) {
      const [only] = await track([activityOf(args['input'] as Record<string, unknown>)], context);
      return only === undefined ? null : result(only);
    },
    async trackActivities(_source, args, context) {
      const inputs = args['inputs'] as readonly Record<string, unknown>[];
      const results = await track(inputs.map(activityOf), context);
      return { results: results.map(result), position: lastPosition(results) };
    },
  };
  return { Mutation, types: { Position: positionScalar, JSON: jsonScalar } };
}

/** The type TrackResult. */
export function trackResult(result: AcceptResult, ports: Pick<ApiPorts, 'logger'>): object {
  const position = 'position' in result ? result.position : null;
  if (!('error' in result)) {
    return { id: result.id, position, status: result.status.toUpperCase(), error: null };
  }
  const { code, detail, remedy } = failureOf(result.error, ports.logger);
  return { id: result.id, position, status: result.status.toUpperCase(), error: { code, message: detail, remedy } };
}
