import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { isDeeperThan } from '../../core/nesting.ts';
import { readJson } from '../body.ts';
import { csvOf } from '../csv.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';

const MAX_BODY_BYTES = 200_000;
const MAX_PARAMETER_TEXT = 10_000;
const MAX_PARAMETER_DEPTH = 10;

const cypherRequestSchema = z
  .strictObject({
    query: z.string().min(1).max(10_000).describe('One reading query.'),
    params: z
      .record(z.string().regex(/^\w{1,100}$/, 'names of parameters are words'), z.unknown())
      .default({})
      .describe('Values for $name. Whole numbers become integers, others floats.'),
    limit: z.int().min(1).max(10_000).default(1_000).describe('Most rows; `truncated` says whether there are more.'),
    timeoutMs: z.int().min(1).max(30_000).default(10_000).describe('How long the query may take, waiting included.'),
  })
  .meta({ id: 'CypherRequest' });

const cypherTableSchema = z
  .strictObject({
    columns: z.array(z.string()),
    rows: z
      .array(z.array(z.unknown()))
      .describe('Nodes carry labels, relationships type, start and end, both properties; times are ISO 8601.'),
    truncated: z.boolean().describe('There are more rows than were asked for, or than an answer may hold.'),
    warnings: z.array(z.string()).describe('What Neo4j remarks about the query.'),
  })
  .meta({ id: 'CypherTable' });

export const CYPHER_SCHEMAS = [cypherRequestSchema, cypherTableSchema] as const;

export const CYPHER_OPERATIONS = {
  'POST /cypher': {
    id: 'postCypher',
    summary: 'Reads the graph by a Cypher query: rows as JSON, or as CSV where Accept asks for text/csv.',
    body: ref('CypherRequest'),
    answers: {
      200: {
        description: 'The rows. As CSV (RFC 4180), X-Truncated says whether there are more.',
        schema: ref('CypherTable'),
      },
    },
    errors: [
      'REQUEST_MALFORMED',
      'CYPHER_INVALID',
      'CYPHER_REFUSED',
      'CYPHER_BUSY',
      'QUERY_TOO_COSTLY',
      'FORBIDDEN',
      'PAYLOAD_TOO_LARGE',
      'MEDIA_TYPE_UNSUPPORTED',
      'GRAPH_UNAVAILABLE',
    ],
  },
} as const satisfies Record<string, Operation>;

/** `POST /cypher`: reading queries of analysts. */
export async function postCypher(request: Request, ports: ApiPorts): Promise<Response> {
  const table = await ports.cypher(readRequest(await readJson(request, MAX_BODY_BYTES)));
  const headers = { 'cache-control': 'private, no-store' };
  if (!prefersCsv(request.headers.get('accept'))) {
    return Response.json(table, { headers });
  }
  return new Response(csvOf(table.columns, table.rows), {
    headers: {
      ...headers,
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="rows.csv"',
      'x-truncated': String(table.truncated),
    },
  });
}

function readRequest(body: unknown): z.output<typeof cypherRequestSchema> {
  const parsed = cypherRequestSchema.safeParse(body);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new AppError('REQUEST_MALFORMED', issues.join('; ').slice(0, 1_000).toWellFormed());
  }
  checkParameters(parsed.data.params);
  return parsed.data;
}

function checkParameters(params: Readonly<Record<string, unknown>>): void {
  if (isDeeperThan(params, MAX_PARAMETER_DEPTH)) {
    throw new AppError('REQUEST_MALFORMED', `params: are nested more than ${MAX_PARAMETER_DEPTH} levels deep.`);
  }
  const tooLong = (value: unknown): boolean =>
    typeof value === 'string'
      ? value.length > MAX_PARAMETER_TEXT
      : typeof value === 'object' && value !== null && Object.values(value).some(tooLong);
  if (tooLong(params)) {
    throw new AppError('REQUEST_MALFORMED', `params: a text is longer than ${MAX_PARAMETER_TEXT} characters.`);
  }
}

/** True when CSV is named, and not after JSON. */
function prefersCsv(accept: string | null): boolean {
  const named = (accept ?? '').split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  return named.find((type) => type === 'text/csv' || type === 'application/json') === 'text/csv';
}
