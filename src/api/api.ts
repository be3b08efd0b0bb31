import { readFileSync } from 'node:fs';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { type Caller, mayActForOthers } from '../core/caller.ts';
import { AppError } from '../core/errors.ts';
import type { Transport } from '../ingest/accept.ts';
import { type Access, asPersonNow, ROUTE_ACCESS, type RouteKey, requireRole } from './access.ts';
import { createGraphql, graphqlFailure } from './graphql/server.ts';
import { openToOrigins } from './origins.ts';
import type { ApiPorts } from './ports.ts';
import { problemResponse } from './problem.ts';
import { getActivities, postActivities } from './rest/activities.ts';
import { getComments } from './rest/comments.ts';
import { getConnections } from './rest/connections.ts';
import { deleteContent, getContent, putContent, putContents } from './rest/content.ts';
import { postCypher } from './rest/cypher.ts';
import { getDaily } from './rest/daily.ts';
import { DOCS_POLICY, renderDocsPage } from './rest/docs-page.ts';
import { getEngagement, getRecalculation, postRecalculate } from './rest/engagement.ts';
import { getEngagementReport } from './rest/engagement-report.ts';
import { getFeed } from './rest/feed.ts';
import { getFeedExplanation } from './rest/feed-explanation.ts';
import { getFeedMetrics } from './rest/feed-metrics.ts';
import { getFeedSettings, postFeedSettingsReset, putFeedSettings } from './rest/feed-settings.ts';
import { checkReadiness } from './rest/health.ts';
import { openApiDocument } from './rest/openapi.ts';
import { getPerson, putPeople, putPerson } from './rest/people.ts';
import { deletePerson, getPersonExport } from './rest/privacy.ts';
import { getInterests, getProfile } from './rest/profile.ts';
import { getRecentActivities } from './rest/recent.ts';
import { deleteSimilarity, putSimilarity } from './rest/similarity.ts';
import { getStats } from './rest/stats.ts';
import { getTrendingTags } from './rest/trending.ts';
import { MESSAGE_TYPES } from './segment/message.ts';
import { postBatch, postMessage } from './segment/post-messages.ts';

type Environment = { Bindings: Partial<HttpBindings> };
type Api = Hono<Environment>;
type ApiContext = Context<Environment>;

/** Answers a request of a caller who may use the route. */
type Handler<C> = (c: ApiContext, caller: C) => Response | Promise<Response>;

type OpenRoute = { [K in RouteKey]: (typeof ROUTE_ACCESS)[K] extends 'anyone' ? K : never }[RouteKey];

/**
 * All doors as one fetch handler. Deny by default: a route can only be registered with its entry in ROUTE_ACCESS, and
 * a route that is not for anyone checks the token before its handler runs.
 */
export async function createApi(ports: ApiPorts): Promise<Api> {
  const app: Api = new Hono<Environment>({ strict: false });
  if (ports.corsOrigins.length > 0) {
    app.use(openToOrigins(ports.corsOrigins));
  }
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const document = openApiDocument(version);
  const graphql = await createGraphql(ports);
  const open = (key: OpenRoute, handle: Handler<undefined>): void =>
    register(app, ports, key, (c) => handle(c, undefined));
  const guarded = (key: Exclude<RouteKey, OpenRoute>, handle: Handler<Caller>): void =>
    register(app, ports, key, async (c) => handle(c, await callerOf(c, key, ROUTE_ACCESS[key], ports)));

  guarded('POST /activities', (c, caller) => postActivities(c.req.raw, caller, transportOf(c, ports), ports));
  guarded('GET /activities', (c, caller) => getActivities(c.req.raw, caller, ports));
  guarded('GET /activities/recent', (c, caller) => getRecentActivities(c.req.raw, caller, ports));
  guarded('GET /engagement', (c, caller) => getEngagement(c.req.raw, caller, ports));
  guarded('POST /engagement/recalculate', () => postRecalculate(ports));
  guarded('GET /engagement/recalculate/:run', (c) => getRecalculation(c.req.param('run') ?? '', ports));
  guarded('GET /stats', (c, caller) => getStats(c.req.raw, caller, ports));
  guarded('GET /stats/daily', (c, caller) => getDaily(c.req.raw, caller, ports));
  guarded('PUT /content', (c, caller) => putContents(c.req.raw, caller, transportOf(c, ports), ports));
  guarded('PUT /content/:content', (c, caller) =>
    putContent(c.req.raw, c.req.param('content') ?? '', caller, transportOf(c, ports), ports),
  );
  guarded('GET /content/:content', (c, caller) => getContent(c.req.param('content') ?? '', caller, ports));
  guarded('DELETE /content/:content', (c, caller) =>
    deleteContent(c.req.param('content') ?? '', caller, transportOf(c, ports), ports),
  );
  guarded('DELETE /users/:user', (c, caller) => deletePerson(c.req.param('user') ?? '', caller, ports));
  guarded('GET /users/:user/export', (c, caller) => getPersonExport(c.req.param('user') ?? '', caller, ports));
  guarded('PUT /users', (c, caller) => putPeople(c.req.raw, caller, transportOf(c, ports), ports));
  guarded('PUT /users/:user', (c, caller) =>
    putPerson(c.req.raw, c.req.param('user') ?? '', caller, transportOf(c, ports), ports),
  );
  guarded('GET /users/:user', (c, caller) => getPerson(c.req.param('user') ?? '', caller, ports));
  guarded('GET /feed', (c, caller) => getFeed(c.req.raw, caller, ports));
  guarded('GET /feed/settings', (c, caller) => getFeedSettings(c.req.raw, caller, ports));
  guarded('GET /feed/:content/explanation', (c, caller) =>
    getFeedExplanation(c.req.raw, c.req.param('content') ?? '', caller, ports),
  );
  guarded('PUT /feed/settings', (c, caller) => putFeedSettings(c.req.raw, caller, ports));
  guarded('POST /feed/settings/reset', (c, caller) => postFeedSettingsReset(c.req.raw, caller, ports));
  guarded('GET /profile', (c, caller) => getProfile(c.req.raw, caller, ports));
  guarded('GET /interests', (c, caller) => getInterests(c.req.raw, caller, ports));
  guarded('GET /trending/tags', (c, caller) => getTrendingTags(c.req.raw, caller, ports));
  guarded('GET /comments', (c, caller) => getComments(c.req.raw, caller, ports));
  guarded('GET /stats/content', (c) => getEngagementReport(c.req.raw, ports));
  guarded('PUT /similarity/:model', (c) => putSimilarity(c.req.raw, c.req.param('model') ?? '', ports));
  guarded('DELETE /similarity/:model', (c) => deleteSimilarity(c.req.param('model') ?? '', ports));
  guarded('GET /connections', (c, caller) => getConnections(c.req.raw, caller, ports));
  guarded('GET /feed/metrics', (c) => getFeedMetrics(c.req.raw, ports));
  guarded('POST /cypher', (c) => postCypher(c.req.raw, ports));
  const sources = { ...ports, authenticate: ports.authenticateSource };
  const forSources = (key: `POST /v1/${string}` & keyof typeof ROUTE_ACCESS, handle: Handler<Caller>): void =>
    register(app, ports, key, async (c) => handle(c, await callerOf(c, key, ROUTE_ACCESS[key], sources)));
  for (const type of MESSAGE_TYPES) {
    forSources(`POST /v1/${type}`, (c, caller) => postMessage(c.req.raw, type, caller, transportOf(c, ports), ports));
  }
  forSources('POST /v1/batch', (c, caller) => postBatch(c.req.raw, caller, transportOf(c, ports), ports));
  register(app, ports, 'POST /graphql', async (c) => {
    try {
      const caller = await callerOf(c, 'POST /graphql', ROUTE_ACCESS['POST /graphql'], ports);
      return await graphql.answer(c.req.raw, caller, transportOf(c, ports));
    } catch (error) {
      return graphqlFailure(error, ports.logger);
    }
  });
  const page = (key: OpenRoute, make: () => Response | Promise<Response>): void =>
    open(key, async (c) => {
      await ports.rateLimit.ofVisitor(addressOf(c, ports));
      return make();
    });
  page('GET /graphql', () => graphql.page());
  open('GET /health/live', () => Response.json({ status: 'live' }));
  open('GET /health/ready', async () => {
    const readiness = await checkReadiness(ports.health);
    return Response.json(readiness, { status: readiness.status === 'unavailable' ? 503 : 200 });
  });
  const documentText = JSON.stringify(document);
  page('GET /openapi.json', () => new Response(documentText, { headers: { 'content-type': 'application/json' } }));
  const docsPage = String(renderDocsPage(document));
  const docsHeaders = { 'content-type': 'text/html; charset=UTF-8', 'content-security-policy': DOCS_POLICY };
  page('GET /docs', () => new Response(docsPage, { headers: docsHeaders }));
  register(app, ports, 'GET /metrics', async (c) => {
    if (!ports.metricsOpen) {
      await callerOf(c, 'GET /metrics', ROUTE_ACCESS['GET /metrics'], ports);
    }
    return c.body(await ports.metrics.render(), 200, { 'content-type': ports.metrics.contentType });
  });
  app.notFound((c) => timed(ports, c.req.method, 'unknown', () => notFound(c, ports)));
  app.onError((error) => problemResponse(error, ports.logger));
  ports.metrics.watchProjector(ports.health.projector);
  return app;
}

function register(
  app: Api,
  ports: ApiPorts,
  key: RouteKey,
  handle: (c: ApiContext) => Response | Promise<Response>,
): void {
  const [method = '', path = ''] = key.split(' ');
  app.on(method, path, (c) => timed(ports, method, path, () => handle(c)));
}

/** Answers, turns what is thrown into a problem, and reports how long it took. */
async function timed(
  ports: ApiPorts,
  method: string,
  route: string,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const started = performance.now();
  let response: Response;
  try {
    response = await answer();
  } catch (error) {
    response = problemResponse(error, ports.logger);
  }
  response.headers.set('x-content-type-options', 'nosniff');
  ports.metrics.observeRequest({ method, route, status: response.status }, (performance.now() - started) / 1_000);
  return response;
}

/** Who asks, if they may; each request is counted once. */
async function callerOf(
  c: ApiContext,
  key: RouteKey,
  access: Exclude<Access, 'anyone'>,
  ports: Pick<ApiPorts, 'authenticate' | 'rateLimit' | 'peopleNow' | 'clientAddress'>,
): Promise<Caller> {
  let caller: Caller;
  try {
    caller = await ports.authenticate(c.req.header('authorization'));
  } catch (error) {
    await ports.rateLimit.ofRefused(addressOf(c, ports), error);
    throw error;
  }
  await ports.rateLimit.ofCaller(caller);
  requireRole(caller, access, key);
  return speaksForThemselves(caller, access, key) ? await asPersonNow(caller, ports) : caller;
}

/** Where people read and change what is theirs. Who sends activities of others is nobody there, and the log knows who those are. */
function speaksForThemselves(caller: Caller, access: Exclude<Access, 'anyone'>, key: RouteKey): boolean {
  const sends = key === 'POST /activities' || key.startsWith('POST /v1/');
  return access.includes('user') && !(sends && mayActForOthers(caller));
}

function transportOf(c: ApiContext, ports: Pick<ApiPorts, 'clientAddress'>): Transport {
  const userAgent = c.req.header('user-agent')?.slice(0, 500).toWellFormed();
  return { ipAddress: addressOf(c, ports), userAgent };
}

function addressOf(c: ApiContext, { clientAddress }: Pick<ApiPorts, 'clientAddress'>): string | undefined {
  const address = c.env?.incoming?.socket.remoteAddress;
  return clientAddress({ address, forwardedFor: c.req.header('x-forwarded-for') });
}

function notFound(c: ApiContext, ports: ApiPorts): Response {
  const path = c.req.path.replace(/(?<=.)\/$/, '');
  const allowed = Object.keys(ROUTE_ACCESS)
    .map((key) => key.split(' '))
    .filter(([, known = '']) => matches(known, path))
    .flatMap(([method = '']) => (method === 'GET' ? [method, 'HEAD'] : [method]));
  if (allowed.length === 0) {
    return problemResponse(
      new AppError('NOT_FOUND', 'There is nothing at this path; /docs lists what there is.'),
      ports.logger,
    );
  }
  const methods = allowed.join(', ');
  const error = new AppError('METHOD_NOT_ALLOWED', `This path takes ${methods}.`);
  return problemResponse(error, ports.logger, { allow: methods });
}

/** Whether a path is of a route, whose segments after a colon stand for any one segment. */
function matches(route: string, path: string): boolean {
  const segments = path.split('/');
  const wanted = route.split('/');
  return wanted.length === segments.length && wanted.every((one, at) => one.startsWith(':') || one === segments[at]);
}
