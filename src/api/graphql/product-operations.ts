import type { AcceptResult } from '../../ingest/accept.ts';
import type { ApiPorts } from '../ports.ts';
import type { Area, AreaResolvers, Resolver } from './area.ts';
import { CONNECTION_STATUS } from './operations/connections.ts';
import { definitionOf, type Operation, stepsOf, type Values } from './operations/operation.ts';
import { OPERATIONS } from './operations/operations.ts';
import { APP_SESSION_EVENT } from './operations/tracked.ts';
import { createTrack, type Track, trackResult } from './tracking.ts';

const DEFINITIONS = OPERATIONS.map(definitionOf);

/** Everything that people do in the product, each as a mutation of its own; the table of them is in `operations/`. */
export const productOperations: Area = {
  typeDefinitions: [
    CONNECTION_STATUS,
    APP_SESSION_EVENT,
    ...DEFINITIONS.map(({ types }) => types),
    'extend type Mutation {',
    ...DEFINITIONS.map(({ field }) => field),
    '}',
  ].join('\n'),
  resolvers,
};

function resolvers(ports: ApiPorts): AreaResolvers {
  const track = createTrack(ports);
  const Mutation = Object.fromEntries(
    OPERATIONS.map((operation): [string, Resolver] => [
      operation.name,
      async (_source, args, context) => {
        const values = operation.input === undefined ? args : (args['input'] as Values);
        return trackResult(await perform(operation, values, track, context), ports);
      },
    ]),
  );
  return { Mutation };
}

/** Records one activity after the other, and answers what became of the operation's own; or of the first that failed. */
async function perform(
  operation: Operation,
  values: Values,
  track: Track,
  context: Parameters<Resolver>[2],
): Promise<AcceptResult> {
  const { own, steps } = stepsOf(operation, values);
  let answer: AcceptResult | undefined;
  for (const { activity, optional } of steps) {
    const [result] = await track([given(activity)], context);
    if (result !== undefined && 'error' in result && optional !== true) {
      return result;
    }
    answer = activity === own ? result : answer;
  }
  if (answer === undefined) {
    throw new Error(`${operation.name} recorded nothing of its own`);
  }
  return answer;
}

/** Without fields that say nothing. */
function given(activity: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(activity).filter(([, value]) => value !== undefined));
}
