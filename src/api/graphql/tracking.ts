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

function resolvers(ports: ApiPorts): AreaResolvers {
  const track = async (inputs: readonly unknown[], { caller, transport }: Parameters<Resolver>[2]) => {
    checkBatchSize(inputs.length);
    const started = performance.now();
    const items = inputs.map((input) => activityOf(input as Record<string, unknown>));
    const results = await ports.accept(items, caller, transport);
    ports.metrics.observeAppend(items.length, (performance.now() - started) / 1_000);
    return results;
  };
  const result = (one: AcceptResult) => trackResult(one, ports);
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
  return { Mutation, types: { Position: positionScalar, JSON: jsonScalar } };
}

function trackResult(result: AcceptResult, ports: ApiPorts): object {
  const position = 'position' in result ? result.position : null;
  if (!('error' in result)) {
    return { id: result.id, position, status: result.status.toUpperCase(), error: null };
  }
  const { code, detail, remedy } = failureOf(result.error, ports.logger);
  return { id: result.id, position, status: result.status.toUpperCase(), error: { code, message: detail, remedy } };
}
