import { TIE_PARTS } from '../../activity/tie.ts';
import type { Connection } from '../../signals/ties/connections.ts';
import { DEFAULT_CONNECTIONS, MAX_CONNECTIONS, readConnections } from '../rest/connections.ts';
import type { Area } from './area.ts';
import { firstArgument, idArgument } from './arguments.ts';

/** Whom people are tied to. */
export const connectionsArea: Area = {
  typeDefinitions: /* GraphQL */ `
"Somebody whom a person is tied to."
type Tied {
  person: Face!
  "In [0, 1): 1 − e^(−x), where x is the sum of parts."
  strength: Float!
  "What each part adds, as of now: ${TIE_PARTS.join(', ')}. Of somebody one is not in touch with only what one did oneself."
  parts: [Part!]!
  "By a request that was accepted."
  connected: Boolean!
  follows: Boolean!
  "inner, outer or universal: the circle that the person put them into."
  circle: String
  "ISO time; since when they are connected."
  since: String
}

extend type Query {
  "Whom a person is tied to by their own doing or by agreement, strongest first. userId: somebody else only for service, analyst and admin."
  connections(userId: ID, first: Int = ${DEFAULT_CONNECTIONS}): [Tied!]!
}
`,
  resolvers: (ports) => ({
    Query: {
      connections: (_source, args, { caller }) =>
        readConnections(
          {
            caller,
            userId: idArgument(args['userId']),
            limit: firstArgument(args['first'], { most: MAX_CONNECTIONS, fallback: DEFAULT_CONNECTIONS }),
          },
          ports,
        ),
    },
    types: {
      Tied: {
        parts: ({ parts }: Connection) => TIE_PARTS.map((name) => ({ name, value: parts[name] })),
        since: ({ since }: Connection) => (since === null ? null : new Date(since).toISOString()),
      },
    },
  }),
};
