import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import { useCSRFPrevention as csrfPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { createLRUCache, createYoga, type Plugin } from 'graphql-yoga';
import neo4j, { type Driver } from 'neo4j-driver';
import type { Caller } from '../../core/caller.ts';
import { AppError, ERRORS, isAppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { isDeeperThan } from '../../core/nesting.ts';
import { isAway, isTooMuch } from '../../graph/failures.ts';
import type { Transport } from '../../ingest/accept.ts';
import { readJson } from '../body.ts';
import { type Failure, failureOf } from '../failure.ts';
import type { ApiPorts } from '../ports.ts';
import { failureHeaders } from '../problem.ts';
import { MAX_ACTIVITIES_BYTES } from '../rest/activities.ts';
import type { GraphqlContext } from './area.ts';
import { checkCost } from './cost.ts';
import { createSchema } from './schema.ts';

/** Longest time that a query of the graph may run. */
const QUERY_TIMEOUT_MS = 5_000;
/** Deeper than any valid variable: a batch of activities with metadata of 16 levels. */
const MAX_VARIABLE_DEPTH = 32;
const ENDPOINT = '/graphql';
/**
 * A page of another site cannot send any of these, nor JSON, without asking first. Requests of native clients and of
 * GraphiQL have JSON; the headers are for what has no body.
 */
const PREFLIGHTED = ['authorization', 'x-graphql-yoga-csrf', 'apollo-require-preflight'];

export interface GraphqlServer {
  /** Answers one posted operation. */
  answer(request: Request, caller: Caller, transport: Transport): Promise<Response>;
  /** The page for trying queries. */
  page(): Promise<Response>;
}

interface ServerContext extends GraphqlContext {
  /** Read by @neo4j/graphql. */
  readonly transaction: { readonly timeout: number };
}

/** In characters, comments and all: what was parsed is kept, and must not fill the memory. */
const MAX_QUERY_LENGTH = 50_000;
/** Texts whose parsed forms are kept, and as many with what is wrong with them. */
const DOCUMENTS_KEPT = 200;

export async function createGraphql(ports: ApiPorts): Promise<GraphqlServer> {
  const schema = await createSchema(ports);
  const yoga = createYoga<ServerContext>({
    schema,
    graphqlEndpoint: ENDPOINT,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    // Failures are logged by us, once, under the id that the caller is told.
    logging: false,
    maskedErrors: { maskError: (error) => clientError(error, ports.logger) },
    graphiql: false,
    parserAndValidationCache: {
      documentCache: createLRUCache({ max: DOCUMENTS_KEPT }),
      errorCache: createLRUCache({ max: DOCUMENTS_KEPT }),
    },
    plugins: [
      csrfPrevention({ requestHeaders: PREFLIGHTED }),
      shapeLimits(),
      costLimits(ports),
      errorCodes(ports.logger),
    ],
  });
  let page: Promise<string> | undefined;
  return {
    async answer(request, caller, transport) {
      const params = readParams(await readJson(request, MAX_ACTIVITIES_BYTES));
      const posted = new Request(new URL(ENDPOINT, request.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: acceptable(request.headers.get('accept')) },
        body: JSON.stringify(params),
      });
      return await yoga.fetch(posted, { caller, transport, transaction: { timeout: QUERY_TIMEOUT_MS } });
    },
    async page() {
      page ??= renderPage();
      return new Response(await page, {
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY },
      });
    },
  };
}

/** Some nine megabytes of text, so it is made when somebody first asks for it, and once. */
async function renderPage(): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return renderGraphiQL({
    title: 'ActivityGraph',
    endpoint: ENDPOINT,
    headers: '{"Authorization": "Bearer "}',
    defaultQuery: EXAMPLE,
  });
}

/**
 * The driver for the graph's own types: @neo4j/graphql wants the driver's own integers, so it cannot share the one of
 * the declared queries.
 */
export function openGraphqlDriver(address: { uri: string; user: string; password: string }): Driver {
  return neo4j.driver(address.uri, neo4j.auth.basic(address.user, address.password), {
    maxConnectionPoolSize: 20,
    maxTransactionRetryTime: 2_000,
    connectionAcquisitionTimeout: 5_000,
    connectionTimeout: 5_000,
    telemetryDisabled: true,
  });
}

/** What failed before GraphQL began (no token, no JSON), in the form that GraphQL clients read. */
export function graphqlFailure(error: unknown, logger: Logger): Response {
  const failure = failureOf(error, logger);
  return Response.json(
    { errors: [{ message: failure.detail, extensions: extensionsOf(failure) }] },
    { status: failure.status, headers: failureHeaders(failure) },
  );
}

function readParams(body: unknown): object {
  if (typeof body !== 'object' || body === null || !('query' in body) || typeof body.query !== 'string') {
    throw new AppError('REQUEST_MALFORMED', 'The body must be an object with the text of one operation in "query".');
  }
  const { query } = body;
  if (query.length > MAX_QUERY_LENGTH) {
    throw new AppError(
      'QUERY_TOO_COSTLY',
      `query: has more than ${MAX_QUERY_LENGTH} characters; values are variables.`,
    );
  }
  const variables = 'variables' in body ? body.variables : null;
  const operationName = 'operationName' in body ? body.operationName : null;
  if (typeof variables !== 'object' || Array.isArray(variables)) {
    throw new AppError('REQUEST_MALFORMED', 'variables: must be an object.');
  }
  if (isDeeperThan(variables, MAX_VARIABLE_DEPTH)) {
    throw new AppError('REQUEST_MALFORMED', `variables: are nested more than ${MAX_VARIABLE_DEPTH} levels deep.`);
  }
  if ('extensions' in body && (typeof body.extensions !== 'object' || Array.isArray(body.extensions))) {
    throw new AppError('REQUEST_MALFORMED', 'extensions: must be an object.');
  }
  if (operationName !== null && typeof operationName !== 'string') {
    throw new AppError('REQUEST_MALFORMED', 'operationName: must be text.');
  }
  return { query, variables: variables ?? {}, ...(operationName === null ? {} : { operationName }) };
}

/** What a subscription is answered as, and nothing else where something else is taken. */
const EVENT_STREAM = 'text/event-stream';

/** Anything else than the media types of GraphQL over HTTP is answered as plain JSON rather than refused. */
function acceptable(accept: string | null): string {
  const known = ['application/graphql-response+json', 'application/json', EVENT_STREAM];
  const accepted = known.filter((type) => accept?.includes(type));
  return accepted.length === 0 ? 'application/json' : accepted.join(', ');
}

/** Limits that can be told from the text alone; they hold before validation, whose cost grows with the text. */
function shapeLimits(): Plugin {
  const onReject = [
    (_context: unknown, error: GraphQLError): never => {
      throw new AppError('QUERY_TOO_COSTLY', error.message.replace('Syntax Error: ', ''));
    },
  ];
  return EnvelopArmorPlugin({
    maxTokens: { n: 2_000, onReject },
    maxDepth: { n: 14, onReject },
    maxAliases: { n: 50, onReject },
    maxDirectives: { n: 50, onReject },
    // costLimits() counts rows, with variables and "limit", which this one does not know.
    costLimit: { enabled: false },
    // Whoever gets this far may read the schema.
    blockFieldSuggestion: { enabled: false },
  }) as Plugin;
}

/** Each root field of an operation is an operation of the caller's, however many come in one request. */
function costLimits({ rateLimit }: ApiPorts): Plugin<ServerContext> {
  const check = async ({ document, operationName, variableValues, contextValue }: ExecutionArgs): Promise<void> => {
    const { rootFields } = checkCost(document, operationName, variableValues);
    const { caller } = contextValue as ServerContext;
    if (caller !== undefined && rootFields > 1) {
      await rateLimit.ofCaller(caller, rootFields - 1);
    }
  };
  return {
    onExecute: ({ args }) => check(args),
    onSubscribe: async ({ args }) => {
      await check(args);
      if (!String(args.contextValue.request.headers.get('accept')).includes(EVENT_STREAM)) {
        throw new AppError('REQUEST_MALFORMED', `A subscription is answered as ${EVENT_STREAM}; say so in Accept.`);
      }
    },
  };
}

/** Gives every error of every answer a code, whichever step it came from. */
function errorCodes(logger: Logger): Plugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (result !== undefined && 'errors' in result && result.errors !== undefined) {
        setResult({ ...result, errors: result.errors.map((error) => clientError(error, logger)) });
      }
    },
  };
}

/** An error as a caller may see it, with its code and HTTP status; what is such an error already stays as it is. */
function clientError(error: unknown, logger: Logger): GraphQLError {
  if (
    error instanceof GraphQLError &&
    error.extensions['code'] !== undefined &&
    String(error.extensions['code']) in ERRORS
  ) {
    return error;
  }
  const failure = failureOf(causeOf(error), logger);
  const http = { status: failure.status, headers: failureHeaders(failure) };
  const { nodes = null, source = null, positions = null, path = null } = error instanceof GraphQLError ? error : {};
  return new GraphQLError(failure.detail, {
    nodes,
    source,
    positions,
    path,
    extensions: { ...extensionsOf(failure), http },
  });
}

function extensionsOf(failure: Failure): Record<string, unknown> {
  return { code: failure.code, remedy: failure.remedy, ...(failure.id === undefined ? {} : { id: failure.id }) };
}

/**
 * GraphQL wraps what resolvers throw; an error that it wraps nothing in is its own about the caller's query. What comes
 * from the driver itself is of a query that the caller composed, since those of our own are named by `Graph`.
 */
function causeOf(error: unknown): unknown {
  if (error instanceof GraphQLError) {
    return error.originalError == null
      ? new AppError('REQUEST_MALFORMED', error.message, { cause: error })
      : causeOf(error.originalError);
  }
  if (isAppError(error) || !(error instanceof neo4j.Neo4jError)) {
    return error;
  }
  if (isAway(error)) {
    return new AppError('GRAPH_UNAVAILABLE', error.message, { cause: error });
  }
  if (!isTooMuch(error)) {
    return error;
  }
  const why = error.code.includes('OutOfMemory')
    ? 'The query needs more memory than one query may have.'
    : `The query ran longer than ${QUERY_TIMEOUT_MS} ms.`;
  return new AppError('QUERY_TOO_COSTLY', why, { cause: error });
}

/** GraphiQL is part of the page, workers and fonts included; it may talk to this service and nobody else. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data:',
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const EXAMPLE = `# Make a token with: npm run --silent token -- --user 7 --role admin
# and put it into Headers below.
{
  feed(first: 5) {
    items { content title score parts { name value } reasons }
  }
}
`;
