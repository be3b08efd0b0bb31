import { z } from 'zod';
import { MAX_ID_LENGTH } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import { MAX_NEIGHBOURS, MAX_NEIGHBOURS_EACH, type Upload } from '../../signals/similarity/upload.ts';
import { mediaTypeOf, readJson, readLines } from '../body.ts';
import type { ApiPorts } from '../ports.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { readQuery } from './query.ts';

/** As many neighbours as are allowed, with ids of ordinary length. */
const MAX_SIMILARITY_BYTES = 16 * 1_024 * 1_024;
const NDJSON = 'application/x-ndjson';

const modelPathSchema = z.strictObject({
  model: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,49}$/u, 'must be a name of small letters, digits, _ and -, 50 at most')
    .describe('The name that a feed algorithm calls the model by; not one that the service computes itself.'),
});
const kindSchema = z.enum(['content', 'people']);
const similarityQuerySchema = z.strictObject({
  replace: z
    .enum(['from', 'all'])
    .default('from')
    .describe(
      '`from`: what the model had for the `from` nodes that are named; `all`: everything of this kind that it had.',
    ),
  since: z.iso
    .datetime()
    .optional()
    .describe(
      'With replace=all: leaves what came at this time or later. Who uploads in parts sends `computed_at` of the first answer with the last part, so that nothing is missing meanwhile.',
    ),
  kind: kindSchema.optional().describe('For NDJSON, which has no place for it.'),
});
const idSchema = z
  .string()
  .min(1)
  .max(MAX_ID_LENGTH + 100);
const neighbourSchema = z
  .strictObject({
    from: idSchema.describe('Content as type:id, or a person.'),
    to: idSchema,
    score: z.number().describe('Who engaged with `from` should like `to` by so much; may be negative.'),
  })
  .meta({ id: 'Neighbour' });
const uploadSchema = z
  .strictObject({ kind: kindSchema, neighbours: z.array(neighbourSchema).max(MAX_NEIGHBOURS) })
  .meta({ id: 'SimilarityUpload' });
const uploadResultSchema = z
  .strictObject({
    model: z.string(),
    kind: kindSchema,
    nodes: z.int().describe('Nodes whose neighbours were replaced.'),
    neighbours: z.int().describe('Neighbours that are there now.'),
    unknown: z
      .strictObject({ count: z.int(), ids: z.array(z.string()) })
      .describe('Ids that the graph does not know; whatever named them was left out. The first 100 are listed.'),
    forgotten: z.int().describe('Neighbours of other nodes that were deleted.'),
    computed_at: z.iso.datetime().describe('When these neighbours came.'),
  })
  .meta({ id: 'SimilarityResult' });
const deletedSchema = z.strictObject({ model: z.string(), forgotten: z.int() }).meta({ id: 'SimilarityDeleted' });

/** `PUT /similarity/{model}`: neighbours that another program computed, in bulk. */
export async function putSimilarity(request: Request, model: string, ports: ApiPorts): Promise<Response> {
  const { replace, kind, since } = readQuery(request, similarityQuerySchema);
  const path = checked(modelPathSchema, { model });
  const upload =
    mediaTypeOf(request.headers) === NDJSON
      ? await linesOf(request, kind)
      : checked(uploadSchema, await readJson(request, MAX_SIMILARITY_BYTES));
  const { computedAt, ...result } = await ports.putNeighbours({
    ...path,
    ...upload,
    replaceAll: replace === 'all',
    ...(since === undefined ? {} : { since: Date.parse(since) }),
  });
  return Response.json({ ...result, computed_at: new Date(computedAt).toISOString() });
}

/** `DELETE /similarity/{model}`: everything under the name. */
export async function deleteSimilarity(model: string, ports: ApiPorts): Promise<Response> {
  return Response.json(await ports.deleteModel(checked(modelPathSchema, { model }).model));
}

async function linesOf(
  request: Request,
  kind: z.output<typeof kindSchema> | undefined,
): Promise<Pick<Upload, 'kind' | 'neighbours'>> {
  if (kind === undefined) {
    throw new AppError('REQUEST_MALFORMED', 'kind: must be given in the query for NDJSON: content or people.');
  }
  const lines = await readLines(request, NDJSON, MAX_SIMILARITY_BYTES);
  return checked(uploadSchema, { kind, neighbours: lines });
}

/** @throws AppError `REQUEST_MALFORMED` naming the first faults. */
function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues
      .slice(0, 5)
      .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new AppError('REQUEST_MALFORMED', faults.join('; ').toWellFormed());
  }
  return parsed.data;
}

export const SIMILARITY_SCHEMAS = [neighbourSchema, uploadSchema, uploadResultSchema, deletedSchema];

export const SIMILARITY_OPERATIONS = {
  'PUT /similarity/:model': {
    id: 'putSimilarity',
    summary: `Takes neighbours of content or people that another program computed, at most ${MAX_NEIGHBOURS} a request and ${MAX_NEIGHBOURS_EACH} of a node, as JSON or as NDJSON (a neighbour a line, with ?kind=). Puts them in the place of what the model had for the same nodes. They are kept in the graph only: after \`rebuild-graph\` they must be uploaded again.`,
    path: modelPathSchema,
    query: similarityQuerySchema,
    body: ref('SimilarityUpload'),
    answers: { 200: { description: 'What is there now.', schema: ref('SimilarityResult') } },
    errors: [
      'REQUEST_MALFORMED',
      'FORBIDDEN',
      'MODEL_RESERVED',
      'PAYLOAD_TOO_LARGE',
      'MEDIA_TYPE_UNSUPPORTED',
      'NEIGHBOURS_INVALID',
      'GRAPH_UNAVAILABLE',
    ],
  },
  'DELETE /similarity/:model': {
    id: 'deleteSimilarity',
    summary: 'Deletes all neighbours under the name of a model that another program brought.',
    path: modelPathSchema,
    answers: { 200: { description: 'How many there were.', schema: ref('SimilarityDeleted') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', 'MODEL_RESERVED', 'GRAPH_UNAVAILABLE'],
  },
} as const satisfies Readonly<Record<string, Operation>>;
