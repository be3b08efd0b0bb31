import { z } from 'zod';
import { CIRCLES } from '../../activity/fold-row.ts';
import { TIE_PARTS } from '../../activity/tie.ts';
import type { Caller } from '../../core/caller.ts';
import type { Connection } from '../../signals/ties/connections.ts';
import { personAskedFor } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { idParameter, readQuery, wholeNumber } from './query.ts';

export const MAX_CONNECTIONS = 200;
export const DEFAULT_CONNECTIONS = 20;

const querySchema = z.strictObject({
  limit: wholeNumber(1, MAX_CONNECTIONS).default(DEFAULT_CONNECTIONS),
  user_id: idParameter
    .optional()
    .describe("Whose connections. Default: the token's subject; somebody else only for service, analyst and admin."),
});

/** `GET /connections/`: whom a person is tied to, strongest first. */
export async function getConnections(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const { user_id, limit } = readQuery(request, querySchema);
  const items = await readConnections({ caller, userId: user_id, limit }, ports);
  return Response.json({ items: items.map(shown) }, { headers: { 'cache-control': 'private, no-store' } });
}

/** Of somebody else, who may read others sees everything; of oneself one sees what one may know of others. */
export async function readConnections(
  asked: { readonly caller: Caller; readonly userId: string | undefined; readonly limit: number },
  ports: ApiPorts,
): Promise<readonly Connection[]> {
  const { caller, userId, limit } = asked;
  const person = await personAskedFor(caller, userId, ports);
  return ports.connectionsOf({ person, limit, now: ports.clock.now(), unveiled: person !== caller.id });
}

function shown({ since, ...connection }: Connection): z.input<typeof connectionSchema> {
  return { ...connection, since: since === null ? null : new Date(since).toISOString() };
}

const connectionSchema = z
  .strictObject({
    person: z.strictObject({ id: z.string(), name: z.string() }),
    strength: z.number().min(0).lt(1).describe('1 − e^(−x), where x is the sum of the parts.'),
    parts: z
      .record(z.enum(TIE_PARTS), z.number())
      .describe('What each part adds; of somebody one is not in touch with only what one did oneself.'),
    connected: z.boolean().describe('By a request that was accepted.'),
    follows: z.boolean(),
    circle: z.enum(CIRCLES).nullable().describe('The circle that the person put them into.'),
    since: z.iso.datetime().nullable().describe('Since when they are connected.'),
  })
  .meta({ id: 'Connection' });

export const connectionListSchema = z
  .strictObject({ items: z.array(connectionSchema).describe('Strongest first.') })
  .meta({ id: 'ConnectionList' });

export const CONNECTIONS_SCHEMAS: readonly z.ZodType[] = [connectionSchema, connectionListSchema];

export const CONNECTIONS_OPERATIONS = {
  'GET /connections': {
    slash: true,
    id: 'getConnections',
    summary: 'Whom a person is tied to by their own doing or by agreement, how strongly, and by what.',
    query: querySchema,
    answers: { 200: { description: 'Strongest first.', schema: ref('ConnectionList') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'GRAPH_UNAVAILABLE', 'LOG_UNAVAILABLE'],
  },
} as const satisfies Record<string, Operation>;
