import type { Pool } from 'pg';
import { DEFAULT_RANKING, type Ranking } from './activity/ranking.ts';
import { referenceTo } from './activity/reference.ts';
import { createApi } from './api/api.ts';
import { createAuthenticate } from './api/auth.ts';
import { createClientAddress } from './api/client-address.ts';
import { openGraphqlDriver } from './api/graphql/server.ts';
import { createMetrics, type Metrics } from './api/metrics.ts';
import { createRateLimit } from './api/rate-limit.ts';
import { readEventRules } from './api/segment/read-event-rules.ts';
import { withWriteKeys } from './api/segment/write-keys.ts';
import { createSubscribers } from './api/subscribers.ts';
import { type Clock, SECOND_MS, systemClock } from './core/clock.ts';
import { type Config, isLoopback } from './core/config.ts';
import type { Logger } from './core/logger.ts';
import { readSecrets, type Secrets } from './core/secrets.ts';
import type { StoreAddresses } from './embedded/stores.ts';
import { createExposures } from './experiments/exposure.ts';
import { measureFeeds } from './experiments/measure.ts';
import { readFeedMetrics } from './experiments/metrics.ts';
import { rankedComments } from './feed/comments/comments.ts';
import type { ItemExplanation } from './feed/explain/answer.ts';
import { createExplainItem, type ExplainRequest } from './feed/explain/explain-item.ts';
import { createFeed, type Feed, type FeedPorts } from './feed/feed.ts';
import { readTies } from './feed/find/reader.ts';
import { createFeedControl, type FeedControl } from './feed/settings/control.ts';
import { correctShown, interestsToRead } from './feed/settings/interests.ts';
import { readMutedTags } from './feed/settings/muted-tags.ts';
import { readFeedSettings } from './feed/settings/store.ts';
import { deleteExpiredSnapshots } from './feed/snapshot.ts';
import { assignmentOf, habitsOf } from './feed-parts.ts';
import { openGateway } from './graph/gateway/gateway.ts';
import { type Graph, openGraph } from './graph/graph.ts';
import { migrateGraph } from './graph/migrate.ts';
import { createAccept } from './ingest/accept.ts';
import { createProjector, type Projector } from './ingest/projector.ts';
import { computeAnew } from './jobs/compute-anew.ts';
import { beginOrJoin, deleteOldRuns, readRun } from './jobs/history.ts';
import type { Job } from './jobs/job.ts';
import { createScheduler, type Scheduler } from './jobs/scheduler.ts';
import { ADDED_UP_ANEW, createJobs, ENGAGEMENT_ANEW } from './jobs/table.ts';
import { openLive } from './live/live.ts';
import { chainAt } from './log/chain/chain-at.ts';
import { openPool } from './log/database.ts';
import { digestOf } from './log/erase/names.ts';
import { checkErasureKey } from './log/erase/pending.ts';
import { vacuumErased } from './log/erase/vacuum.ts';
import { type Lease, openLease, PROJECTOR_LEASE } from './log/lease.ts';
import { type ActivityLog, openLog } from './log/log.ts';
import { migratePostgres } from './log/migrate.ts';
import { pruneAudit } from './log/prune/prune.ts';
import { listActivities, recentActivities } from './log/read/activities.ts';
import { readContent, readPeople, readProfiles, titlesOf } from './log/read/catalogue.ts';
import { forgetDeadLetters, recordDeadLetters } from './log/read/dead-letters.ts';
import { engagementReport } from './log/read/engagement-report.ts';
import { peopleNow } from './log/read/people-now.ts';
import { maySee } from './log/read/permissions.ts';
import { readProfileCard } from './log/read/profile-card.ts';
import { activityStats } from './log/read/statistics.ts';
import { createEraser, type Eraser } from './privacy/eraser.ts';
import { exportPerson } from './privacy/exporter.ts';
import { dailyActivities } from './signals/aggregation/read.ts';
import { engagementScores } from './signals/engagement/scores.ts';
import { interestsOf } from './signals/profile/interests.ts';
import { createProfiles, type Profiles } from './signals/profile/profiles.ts';
import { forgetRefreshes } from './signals/refresh-position.ts';
import { createRefresher, type Refresh, type Refresher } from './signals/refresher.ts';
import { maintainedModels } from './signals/similarity/models.ts';
import { refreshSimilarity } from './signals/similarity/refresh-similarity.ts';
import { deleteModel, putNeighbours } from './signals/similarity/upload.ts';
import type { OnSkipped } from './signals/sparing.ts';
import { connectionsOf } from './signals/ties/connections.ts';
import { refreshTies } from './signals/ties/refresh-ties.ts';
import { createTrendingTags } from './signals/trending/tags.ts';

/** Every part of the service, put together over two stores. */
export interface App {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly secrets: Secrets;
  readonly ranking: Ranking;
  readonly pool: Pool;
  readonly graph: Graph;
  readonly log: ActivityLog;
  readonly projector: Projector;
  readonly refresher: Refresher;
  /** The derived edges that the refresher keeps fresh. */
  readonly refreshes: readonly Refresh[];
  readonly feed: Feed;
  /** What the feed is made of: whoever wants one with a part of its own takes the rest from here. */
  readonly feedPorts: FeedPorts;
  readonly feedControl: FeedControl;
  readonly profiles: Profiles;
  readonly eraser: Eraser;
  readonly explainItem: (request: ExplainRequest) => Promise<ItemExplanation>;
  readonly metrics: Metrics;
  readonly jobs: readonly Job[];
  readonly scheduler: Scheduler;
  /** Brings the graph's schema up to date, unless that was done. The projector does it by itself. */
  prepareGraph(): Promise<void>;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly config: Config;
  readonly addresses: StoreAddresses;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Chooses the feed's numbers by replaying what people did, in an application of its own. */
  readonly tune?: (
    app: Pick<App, 'graph' | 'pool' | 'ranking' | 'clock' | 'logger' | 'prepareGraph'>,
    signal: AbortSignal,
  ) => Promise<unknown>;
}

/**
 * Brings Postgres to the current schema and puts the parts together; nothing runs yet. Neo4j may be away: activities
 * are accepted without it, and whoever needs the graph prepares it.
 */
export async function openApp(options: AppOptions): Promise<App> {
  const { config, addresses, logger, clock = systemClock, tune } = options;
  const algorithmFor = assignmentOf(config);
  const secrets = await readSecrets(config);
  await migratePostgres(addresses.databaseUrl);
  const pool = openPool(addresses.databaseUrl);
  const logOptions = { pool, databaseUrl: addresses.databaseUrl, clock, logger, anonymizeIp: config.anonymizeIp };
  const checked = checkErasureKey(pool, secrets.erasure);
  const log = await checked
    .then(() => openLog({ ...logOptions, erasureKey: secrets.erasure }))
    .catch(async (error: unknown) => {
      await pool.end();
      throw error;
    });
  const graph = openGraph(addresses.neo4j);
  let prepared = false;
  const prepareGraph = async (): Promise<void> => {
    if (!prepared) {
      await migrateGraph(graph);
      prepared = true;
    }
  };
  // From the first time the projector asks: a command whose projector does not run keeps nobody from it.
  let lease: Lease | undefined;
  const mayApply = (): boolean => {
    lease ??= openLease(addresses.databaseUrl, PROJECTOR_LEASE, logger);
    return lease.held();
  };
  const ranking = DEFAULT_RANKING;
  const metrics = createMetrics();
  const projector = createProjector({
    log,
    graph,
    ranking,
    titlesOf: (references) => titlesOf(pool, references),
    recordDeadLetters: (letters) => recordDeadLetters(pool, letters),
    forgetDeadLetters: () => forgetDeadLetters(pool),
    forgetRefreshes: () => forgetRefreshes(pool, refreshes),
    chainAt: (position) => chainAt(pool, position),
    prepareGraph,
    mayApply,
    logger,
    clock,
  });
  const erasedAs = (person: string): string => digestOf(secrets.erasure, referenceTo('user', person));
  const similarityModels = maintainedModels(config.similarityModels);
  const onSkipped =
    (of: string): OnSkipped =>
    (id, error) =>
      // Lines of the log outlive those whom they name.
      logger.warn({ err: error, of, digest: erasedAs(id) }, 'could not be computed and was passed over');
  const refreshes: readonly Refresh[] = [
    {
      name: 'ties',
      refresh: (touched, now) => refreshTies({ graph, ranking, onSkipped: onSkipped('ties') }, touched, now),
    },
    refreshSimilarity({ graph, ranking, models: similarityModels, onSkipped: onSkipped('similarity') }),
  ];
  const refresher = createRefresher({
    pool,
    log,
    projector: () => projector.state(),
    refreshes,
    computeAnew: (name) => computeAnew(name, jobs, (job, options) => scheduler.runJob(job, options)),
    mayRun: mayApply,
    clock,
    logger,
  });
  const exposures = createExposures({ pool, logger });
  const profiles = createProfiles({
    pool,
    erasedAs,
    graph,
    ranking,
    onSkipped: onSkipped('profiles'),
    resetAtOf: async (person) => (await readFeedSettings(pool, person)).resetAt,
  });
  const feedPorts: FeedPorts = {
    graph,
    pool,
    erasedAs,
    waitFor: (position, timeoutMs) => projector.waitFor(position, timeoutMs),
    headOf: (person) => log.headOf(person),
    projectionPosition: () => projector.position,
    observe: (source, durationMs) => metrics.observeFeedSource(source, durationMs / SECOND_MS),
    cursorSecret: secrets.cursor,
    clock,
    ranking,
    habitsOf: (person, now, resetAt) => habitsOf(profiles, person, now, resetAt),
    algorithmFor,
    served: (page) => exposures.record(page),
  };
  const feed = createFeed(feedPorts);
  const explainItem = createExplainItem({
    pool,
    clock,
    cursorSecret: secrets.cursor,
    page: (request) => feed.page(request),
    consider: (request) => feed.consider(request),
  });
  const feedControl = createFeedControl({
    graph,
    pool,
    clock,
    ranking,
    waitFor: (position, timeoutMs) => projector.waitFor(position, timeoutMs),
    headOf: (person) => log.headOf(person),
  });
  const eraser = createEraser({
    pool,
    databaseUrl: addresses.databaseUrl,
    log,
    graph,
    ranking,
    clock,
    logger,
    key: secrets.erasure,
    waitFor: (position, timeoutMs) => projector.waitFor(position, timeoutMs),
    afterwards: async () => {
      await vacuumErased(pool);
      for (const job of ADDED_UP_ANEW) {
        await scheduler.runJob(job, { afresh: true });
      }
    },
  });
  const jobs = createJobs({
    pool,
    similarityModels,
    refreshProfiles: (now, onProgress) => profiles.refresh({ now, onProgress }),
    graph,
    deleteExpiredSnapshots: (now) => deleteExpiredSnapshots(pool, now),
    ranking,
    ensurePartitions: () => log.ensurePartitions(),
    resumeErasures: () => eraser.resume(),
    pruneAudit: (now) => pruneAudit(pool, { now, days: config.pruneAfterDays }),
    deleteOldRuns: (now) => deleteOldRuns(pool, now),
    onSkipped,
    measureFeeds: (step) => measureFeeds(pool, step),
    ...(tune === undefined
      ? {}
      : { tune: (signal: AbortSignal) => tune({ graph, pool, ranking, clock, logger, prepareGraph }, signal) }),
  });
  // A job holds a connection from its beginning to its end; requests must not wait for those.
  const jobPool = openPool(addresses.databaseUrl, { max: jobs.length, applicationName: 'activity-graph jobs' });
  const scheduler = createScheduler({ pool: jobPool, clock, logger, observe: metrics.jobs }, jobs);
  return {
    config,
    clock,
    logger,
    secrets,
    ranking,
    pool,
    graph,
    log,
    projector,
    refresher,
    refreshes,
    feed,
    feedPorts,
    feedControl,
    profiles,
    eraser,
    explainItem,
    metrics,
    jobs,
    scheduler,
    prepareGraph,
    async close() {
      await scheduler.stop();
      await refresher.stop();
      await projector.stop();
      await lease?.close();
      await log.close();
      await exposures.settled();
      await jobPool.end();
      await pool.end();
      await graph.close();
    },
  };
}

/** The doors: everything that answers HTTP, over an opened application. */
export interface OpenedApi {
  readonly handler: Awaited<ReturnType<typeof createApi>>;
  close(): Promise<void>;
}

export async function openApi(app: App, addresses: StoreAddresses): Promise<OpenedApi> {
  const { config, clock, logger, secrets, ranking, pool, graph, log, projector, metrics } = app;
  const { feed, explainItem, profiles, eraser } = app;
  const graphqlDriver = openGraphqlDriver(addresses.neo4j);
  const gateway = openGateway(addresses.neo4j);
  const trendingTags = createTrendingTags(graph);
  const tiesOf = (person: string) => readTies({ graph, pool }, { person, ranking, now: clock.now() });
  const live = openLive({ pool, log, projection: projector, tiesOf, clock, logger });
  const authenticate = createAuthenticate({ ...config.auth, secret: secrets.auth, clock });
  const handler = await createApi({
    authenticate,
    authenticateSource: withWriteKeys(config.segment.writeKeys, authenticate),
    eventRules: await readEventRules(config.segment.eventsFile),
    accept: createAccept(log),
    peopleNow: (ids) => peopleNow(pool, ids, secrets.erasure),
    listActivities: (query) => listActivities(pool, query),
    recentActivities: (query) => recentActivities(pool, query),
    readContent: (references) => readContent(pool, references),
    maySee: (person, reference) => maySee(pool, person, reference),
    readProfiles: (people) => readProfiles(pool, people),
    timeZoneOf: async (person) => (await readPeople(pool, [person])).get(person)?.timeZone ?? null,
    engagementScores: (query) => engagementScores({ pool, ranking }, query),
    recalculateEngagement: () => beginOrJoin(pool, app.scheduler, ENGAGEMENT_ANEW),
    engagementRun: (run) => readRun(pool, ENGAGEMENT_ANEW, run),
    dailyActivities: (query) => dailyActivities({ pool, ranking }, query),
    activityStatistics: (query) => activityStats(pool, query),
    feedPage: (request) => feed.page(request),
    feedControl: app.feedControl,
    behaviourProfile: (person) => profiles.freshProfile(person, clock.now()),
    interestsOf: async (person, limit) => {
      const settings = await readFeedSettings(pool, person);
      const at = { now: clock.now(), halfLifeMs: ranking.halfLifeMs.INTERESTED_IN };
      const request = { person, now: at.now, limit: interestsToRead(limit, settings) };
      return correctShown(await interestsOf({ graph, ranking }, request), settings, at).slice(0, limit);
    },
    trendingTags: async (person, limit) => {
      const [tags, muted] = await Promise.all([trendingTags(clock.now()), readMutedTags(pool, person)]);
      return tags.filter(({ tag }) => !muted.has(tag)).slice(0, limit);
    },
    profileCard: (asked) => readProfileCard(pool, asked),
    autoTrack: config.autoTrack,
    rankedComments: (request) => rankedComments({ pool, graph, ranking, clock }, request),
    engagementReport: (since, limit) => engagementReport(pool, { since, now: clock.now(), limit }),
    feedMetrics: (query) => readFeedMetrics(pool, query),
    cypher: (request) => gateway.run(request),
    explainItem,
    erasePerson: (person, timeoutMs) => eraser.erase(person, timeoutMs),
    exportPerson: (person) => exportPerson({ pool, graph }, person),
    putNeighbours: (upload) => putNeighbours(graph, upload, { ranking, now: clock.now() }),
    deleteModel: (model) => deleteModel(graph, model, ranking),
    connectionsOf: (request) => connectionsOf({ graph, pool, ranking }, request),
    recordedActivities: live.recordedActivities,
    feedUpdates: live.feedUpdates,
    subscribers: createSubscribers({ clock }),
    rateLimit: createRateLimit({
      perMinute: config.rateLimit.perMinute,
      pool: config.rateLimit.store === 'postgres' ? pool : undefined,
      secret: secrets.cursor,
    }),
    clientAddress: createClientAddress(config.trustedProxies),
    corsOrigins: config.corsOrigins,
    head: () => log.head(),
    health: {
      pingPostgres: () => pool.query('SELECT 1'),
      pingNeo4j: () => graph.ping(),
      projector: () => projector.state(),
    },
    metrics,
    metricsOpen: isLoopback(config.host),
    graphqlDriver,
    halfLifeMs: ranking.halfLifeMs,
    cursorSecret: secrets.cursor,
    clock,
    logger,
  });
  return {
    handler,
    async close() {
      await Promise.all([live.close(), graphqlDriver.close(), gateway.close()]);
    },
  };
}
