import { z } from 'zod';
import { activityInputSchema, MAX_BATCH } from '../../activity/activity.ts';
import { ACTIVITY_WORDS } from '../../activity/kinds.ts';
import { ERRORS, type ErrorCode } from '../../core/errors.ts';
import { type Access, ROUTE_ACCESS, type RouteKey } from '../access.ts';
import { SEGMENT_OPERATIONS, SEGMENT_SCHEMAS } from '../segment/openapi.ts';
import { activitiesQuerySchema } from './activities.ts';
import {
  acceptedSchema,
  activityListSchema,
  batchSchema,
  feedItemSchema,
  feedSchema,
  graphqlErrorsSchema,
  itemErrorSchema,
  problemSchema,
  readinessSchema,
  storedActivitySchema,
} from './answers.ts';
import { CATALOGUE_SCHEMAS } from './catalogue.ts';
import { COMMENT_OPERATIONS, COMMENT_SCHEMAS } from './comments.ts';
import { CONNECTIONS_OPERATIONS, CONNECTIONS_SCHEMAS } from './connections.ts';
import { CONTENT_OPERATIONS, CONTENT_SCHEMAS } from './content.ts';
import { CYPHER_OPERATIONS, CYPHER_SCHEMAS } from './cypher.ts';
import { DAILY_OPERATIONS, DAILY_SCHEMAS } from './daily.ts';
import { ENGAGEMENT_OPERATIONS, ENGAGEMENT_SCHEMAS } from './engagement.ts';
import { REPORT_OPERATIONS, REPORT_SCHEMAS } from './engagement-report.ts';
import { feedQuerySchema } from './feed.ts';
import { FEED_EXPLANATION_OPERATIONS, FEED_EXPLANATION_SCHEMAS } from './feed-explanation.ts';
import { FEED_METRICS_COMPONENTS, FEED_METRICS_OPERATIONS } from './feed-metrics.ts';
import { FEED_SETTINGS_OPERATIONS, FEED_SETTINGS_SCHEMAS } from './feed-settings.ts';
import { EXAMPLES } from './openapi-examples.ts';
import { type ErrorForm, FEED_ERRORS, type Operation, PROBLEM, ref } from './openapi-operation.ts';
import { withPortablePatterns } from './openapi-pattern.ts';
import { PEOPLE_OPERATIONS, PEOPLE_SCHEMAS } from './people.ts';
import { PRIVACY_OPERATIONS, PRIVACY_SCHEMAS } from './privacy.ts';
import { PROFILE_OPERATIONS, PROFILE_SCHEMAS } from './profile.ts';
import { RECENT_OPERATIONS, RECENT_SCHEMAS } from './recent.ts';
import { SIMILARITY_OPERATIONS, SIMILARITY_SCHEMAS } from './similarity.ts';
import { STATS_OPERATIONS, STATS_SCHEMAS } from './stats.ts';
import { TRENDING_OPERATIONS, TRENDING_SCHEMAS } from './trending.ts';

const OPERATIONS: Readonly<Record<RouteKey, Operation>> = {
  ...PROFILE_OPERATIONS,
  ...SIMILARITY_OPERATIONS,
  ...TRENDING_OPERATIONS,
  ...COMMENT_OPERATIONS,
  ...REPORT_OPERATIONS,
  ...CONTENT_OPERATIONS,
  ...PEOPLE_OPERATIONS,
  ...PRIVACY_OPERATIONS,
  ...RECENT_OPERATIONS,
  ...ENGAGEMENT_OPERATIONS,
  ...STATS_OPERATIONS,
  ...DAILY_OPERATIONS,
  ...CONNECTIONS_OPERATIONS,
  ...SEGMENT_OPERATIONS,
  'POST /activities': {
    slash: true,
    id: 'postActivities',
    summary: `Takes one activity, or an array of up to ${MAX_BATCH}; answers after they are kept for good.`,
    body: {
      oneOf: [ref('ActivityInput'), { type: 'array', maxItems: MAX_BATCH, items: ref('ActivityInput') }],
    },
    answers: {
      200: {
        description: 'To an array: one result an item, in order. To one activity: it was there already.',
        schema: { oneOf: [ref('Accepted'), ref('Batch')] },
      },
      201: { description: 'To one activity: it is in the log.', schema: ref('Accepted') },
    },
    errors: [
      'REQUEST_MALFORMED',
      'FORBIDDEN',
      'ACTIVITY_CONFLICT',
      'ACTIVITY_ERASED',
      'PAYLOAD_TOO_LARGE',
      'MEDIA_TYPE_UNSUPPORTED',
      'ACTIVITY_INVALID',
      'LOG_UNAVAILABLE',
      'LOG_OVERLOADED',
    ],
  },
  'GET /activities': {
    slash: true,
    id: 'getActivities',
    summary: 'What was received, newest first.',
    query: activitiesQuerySchema,
    answers: { 200: { description: 'A page; Link names the next one.', schema: ref('ActivityList') } },
    errors: ['REQUEST_MALFORMED', 'CURSOR_MALFORMED', 'FORBIDDEN', 'ACTIVITY_ERASED', 'LOG_UNAVAILABLE'],
  },
  'GET /feed': {
    slash: true,
    id: 'getFeed',
    summary: "A page of a person's ranked, explained feed.",
    query: feedQuerySchema,
    answers: { 200: { description: 'A page; Link names the next one.', schema: ref('Feed') } },
    errors: ['REQUEST_MALFORMED', 'FORBIDDEN', ...FEED_ERRORS],
  },
  ...FEED_SETTINGS_OPERATIONS,
  ...FEED_METRICS_OPERATIONS,
  ...CYPHER_OPERATIONS,
  ...FEED_EXPLANATION_OPERATIONS,
  'POST /graphql': {
    id: 'postGraphql',
    summary: 'Answers GraphQL: tracking, feed, statistics, and the graph itself for analysts.',
    body: {
      type: 'object',
      required: ['query'],
      properties: {
        query: { type: 'string' },
        operationName: { type: ['string', 'null'] },
        variables: { type: ['object', 'null'] },
        extensions: { type: ['object', 'null'] },
      },
      examples: [{ query: '{ feed(first: 5) { items { content title score } } }' }],
    },
    answers: { 200: { description: 'Data, errors, or both.', schema: { type: 'object' } } },
    errors: [
      'REQUEST_MALFORMED',
      'QUERY_TOO_COSTLY',
      'FORBIDDEN',
      'PAYLOAD_TOO_LARGE',
      'MEDIA_TYPE_UNSUPPORTED',
      ...FEED_ERRORS,
      'LOG_OVERLOADED',
    ],
    errorForm: { type: 'application/json', schema: 'GraphqlErrors' },
  },
  'GET /graphql': {
    id: 'getGraphiql',
    summary: 'A page for trying GraphQL (GraphiQL); a token is entered there as a header.',
    answers: { 200: { description: 'The page.', type: 'text/html' } },
    errors: ['RATE_LIMITED'],
  },
  'GET /health/live': {
    id: 'getLiveness',
    summary: 'Says that the process answers.',
    answers: {
      200: { description: 'It does.', schema: { type: 'object', properties: { status: { const: 'live' } } } },
    },
  },
  'GET /health/ready': {
    id: 'getReadiness',
    summary: 'Says whether the service can do its work; without Neo4j it is degraded and still accepts activities.',
    answers: {
      200: { description: 'ready or degraded', schema: ref('Readiness') },
      503: { description: 'unavailable: Postgres does not answer', schema: ref('Readiness') },
    },
  },
  'GET /openapi.json': {
    id: 'getOpenapi',
    summary: 'This document.',
    answers: { 200: { description: 'OpenAPI 3.1', schema: { type: 'object' } } },
    errors: ['RATE_LIMITED'],
  },
  'GET /docs': {
    id: 'getDocs',
    summary: 'This document and the errors, for reading.',
    answers: { 200: { description: 'The page.', type: 'text/html' } },
    errors: ['RATE_LIMITED'],
  },
  'GET /metrics': {
    id: 'getMetrics',
    summary: 'Figures for Prometheus; without a token only when the service listens on loopback.',
    tokenOptional: true,
    answers: { 200: { description: 'Text exposition format.', type: 'text/plain' } },
    errors: ['FORBIDDEN'],
  },
};

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: object;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: true;
    readonly content: Readonly<Record<string, { readonly schema: object }>>;
  };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly description?: string;
  readonly schema: { readonly examples?: readonly unknown[] };
}

/** The OpenAPI 3.1 document, from the very schemas that check requests. */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const [key, operation] of Object.entries(OPERATIONS)) {
    const [method = '', route = ''] = key.split(' ');
    const shown = route.replace(/:(\w+)/gu, '{$1}') + (operation.slash ? '/' : '');
    paths[shown] = { ...paths[shown], [method.toLowerCase()]: describe(operation, ROUTE_ACCESS[key as RouteKey]) };
  }
  return withPortablePatterns({
    openapi: '3.1.0',
    info: {
      title: 'ActivityGraph',
      version,
      description: 'Activities in, an explained feed out. Paths work with and without the last slash.',
    },
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        writeKey: {
          type: 'http',
          scheme: 'basic',
          description: 'The write key of a source as user name, no password.',
        },
      },
      schemas: components(),
    },
  });
}

function describe(operation: Operation, access: Access): OpenApiOperation {
  const anyone = access === 'anyone';
  const own: readonly ErrorCode[] = anyone
    ? (operation.errors ?? [])
    : ['AUTH_REQUIRED', 'RATE_LIMITED', ...(operation.errors ?? []), 'INTERNAL'];
  const errors: readonly ErrorCode[] = ['HEADERS_TOO_LARGE', ...own];
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: anyone
      ? 'Needs no token.'
      : `Needs a token of role ${access.join(', ')}${operation.writeKey ? ', or a write key' : ''}.`,
    security: anyone
      ? []
      : [{ token: [] }, ...(operation.writeKey ? [{ writeKey: [] }] : []), ...(operation.tokenOptional ? [{}] : [])],
    parameters: [...parameters('path', operation.path), ...parameters('query', operation.query)],
    ...(operation.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [operation.bodyType ?? 'application/json']: { schema: operation.body } },
          },
        }),
    responses: { ...answers(operation), ...errorAnswers(errors, operation.errorForm ?? PROBLEM) },
  };
}

function answers(operation: Operation): Record<string, object> {
  return Object.fromEntries(
    Object.entries(operation.answers).map(([status, { description, type = 'application/json', schema }]) => [
      status,
      { description, content: { [type]: schema === undefined ? {} : { schema } } },
    ]),
  );
}

function errorAnswers(codes: readonly ErrorCode[], form: ErrorForm): Record<string, object> {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: codes
          .filter((code) => ERRORS[code].status === status)
          .map((code) => `${code}: ${ERRORS[code].when}`)
          .join(' '),
        content: { [form.type]: { schema: ref(form.schema) } },
      },
    ]),
  );
}

function parameters(place: 'path' | 'query', declared: z.ZodObject | undefined): Parameter[] {
  if (declared === undefined) {
    return [];
  }
  const schema = z.toJSONSchema(declared, { io: 'output' });
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = typeof property === 'boolean' ? {} : property;
    return {
      name,
      in: place,
      required: place === 'path',
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

/** Every schema that has a name. */
export const COMPONENTS: readonly z.ZodType[] = [
  acceptedSchema,
  batchSchema,
  itemErrorSchema,
  activityListSchema,
  feedSchema,
  feedItemSchema,
  ...FEED_METRICS_COMPONENTS,
  readinessSchema,
  problemSchema,
  storedActivitySchema,
  graphqlErrorsSchema,
  ...FEED_SETTINGS_SCHEMAS,
  ...PROFILE_SCHEMAS,
  ...SIMILARITY_SCHEMAS,
  ...CYPHER_SCHEMAS,
  ...FEED_EXPLANATION_SCHEMAS,
  ...TRENDING_SCHEMAS,
  ...COMMENT_SCHEMAS,
  ...REPORT_SCHEMAS,
  ...CATALOGUE_SCHEMAS,
  ...CONTENT_SCHEMAS,
  ...PEOPLE_SCHEMAS,
  ...RECENT_SCHEMAS,
  ...ENGAGEMENT_SCHEMAS,
  ...STATS_SCHEMAS,
  ...DAILY_SCHEMAS,
  ...CONNECTIONS_SCHEMAS,
  ...SEGMENT_SCHEMAS,
  ...PRIVACY_SCHEMAS,
  activityInputSchema,
];

function components(): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  for (const schema of COMPONENTS) {
    registry.add(schema, { id: z.globalRegistry.get(schema)?.id ?? '' });
  }
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override({ zodSchema, jsonSchema }) {
      if (zodSchema === activityInputSchema.shape.activity_type) {
        jsonSchema.enum = [...ACTIVITY_WORDS];
      }
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, id: ___, ...schema }]) => [
      name,
      Object.hasOwn(EXAMPLES, name) ? { ...schema, examples: [EXAMPLES[name]] } : schema,
    ]),
  );
}
