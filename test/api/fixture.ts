import { Writable } from 'node:stream';
import type { Hono } from 'hono';
import neo4j from 'neo4j-driver';
import { pino } from 'pino';
import { DEFAULT_RANKING } from '../../src/activity/ranking.ts';
import { createApi } from '../../src/api/api.ts';
import { createAuthenticate, type Role, signToken } from '../../src/api/auth.ts';
import { createClientAddress } from '../../src/api/client-address.ts';
import { createMetrics } from '../../src/api/metrics.ts';
import type { ApiPorts } from '../../src/api/ports.ts';
import { createRateLimit } from '../../src/api/rate-limit.ts';
import { eventRules } from '../../src/api/segment/events.ts';
import { withWriteKeys } from '../../src/api/segment/write-keys.ts';
import { createSubscribers } from '../../src/api/subscribers.ts';
import { AppError } from '../../src/core/errors.ts';
import type { FeedMetrics, FeedMetricsQuery } from '../../src/experiments/metrics.ts';
import type { ItemExplanation } from '../../src/feed/explain/answer.ts';
import type { ExplainRequest } from '../../src/feed/explain/explain-item.ts';
import type { FeedRequest } from '../../src/feed/feed.ts';
import { createAccept } from '../../src/ingest/accept.ts';
import type { JobRun } from '../../src/jobs/history.ts';
import type { Submission } from '../../src/log/log.ts';
import type { ActivitiesQuery, StoredActivity } from '../../src/log/read/activities.ts';
import type { StatisticsQuery } from '../../src/log/read/statistics.ts';
import { neutralProfile } from '../../src/signals/profile/behaviour.ts';

export const NOW = Date.UTC(2026, 10, 1, 12);
export const SECRET = 'a secret for tests that is long enough';
export const WRITE_KEY = { source: 'shop', key: 'write-key-of-the-shop' };

/** A token of the tests' own key, valid for an hour from NOW. */
export function tokenFor(subject: string, role: Role, options: { ttlSeconds?: number; secret?: string } = {}) {
  return signToken({ subject, role, ttlSeconds: 3_600, secret: SECRET, now: NOW, ...options });
}

export async function bearer(subject: string, role: Role): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await tokenFor(subject, role)}` };
}

/** What the doors asked of the parts behind them. */
interface Recorded {
  readonly submissions: Submission[];
  readonly activityQueries: ActivitiesQuery[];
  readonly statisticsQueries: StatisticsQuery[];
  readonly feedRequests: FeedRequest[];
  readonly explainRequests: ExplainRequest[];
  /** Whose settings were asked for or changed, and how. */
  readonly settingsOf: { readonly person: string; readonly change?: unknown }[];
  readonly metricsQueries: FeedMetricsQuery[];
  readonly logged: Record<string, unknown>[];
}

export interface TestApi {
  readonly app: Hono;
  readonly recorded: Recorded;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  graphql(query: string, options?: { variables?: unknown; headers?: Record<string, string> }): Promise<GraphqlAnswer>;
}

interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly { message: string; extensions: Record<string, unknown> }[];
}

/**
 * The doors, with plain functions behind them: a log that remembers uids, one page of feed, three stored activities.
 * `overrides` replaces single ports.
 */
export async function openTestApi(overrides: Partial<ApiPorts> = {}): Promise<TestApi> {
  const recorded: Recorded = {
    submissions: [],
    activityQueries: [],
    statisticsQueries: [],
    feedRequests: [],
    settingsOf: [],
    metricsQueries: [],
    explainRequests: [],
    logged: [],
  };
  const clock = { now: () => NOW };
  const authenticate = createAuthenticate({ secret: SECRET, clock });
  const app = (await createApi({
    authenticate,
    authenticateSource: withWriteKeys([WRITE_KEY], authenticate),
    eventRules: eventRules(),
    accept: createAccept(rememberingLog(recorded.submissions)),
    listActivities: async (query) => {
      recorded.activityQueries.push(query);
      const positions = [3, 2, 1].filter((position) => query.after === undefined || position < query.after);
      const items = positions.slice(0, query.limit).map(storedActivity);
      return { items, next: positions.length > query.limit ? (positions[query.limit - 1] ?? null) : null };
    },
    recentActivities: async (query) => {
      recorded.activityQueries.push(query);
      return [storedActivity(3)];
    },
    peopleNow: async () => new Map(),
    readContent: async () => new Map(),
    maySee: async () => true,
    readProfiles: async () => new Map(),
    timeZoneOf: async (person) => (person === 'ann' ? 'Asia/Tokyo' : null),
    engagementScores: async ({ after }) => ({
      position: 7,
      items: [
        {
          person: 'ann',
          score: 0.5,
          activities: 2,
          parts: [{ kind: 'like', score: 0.5, activities: 2 }],
          trend: { recent: 0.6, before: 0, direction: 'rising' },
        },
      ],
      next: after === undefined ? { today: 20_758, score: 500_000, person: 'ann' } : null,
    }),
    recalculateEngagement: async () => RUN,
    engagementRun: async (run) => (run === RUN.run ? { ...RUN, ...RUN_ENDED } : undefined),
    dailyActivities: async ({ person }) => ({
      position: 7,
      timeZone: 'UTC',
      items:
        person === 'ann'
          ? [{ date: '2026-11-01', counts: [{ activityType: 'like', count: 2 }], engagementScore: 0.6 }]
          : [],
    }),
    activityStatistics: async (query) => {
      recorded.statisticsQueries.push(query);
      return { total: 0, byType: [], byDay: [], byTable: [], topContent: [] };
    },
    feedPage: async (request) => {
      recorded.feedRequests.push(request);
      return {
        algorithm: 'activity_enhanced_v1',
        position: 1,
        items: [
          {
            content: 'post:p1',
            title: 'One',
            rank: 1,
            score: 0.75,
            parts: { base: 0.5, engagement: 0.25 },
            moved_by: ['author'],
            sources: ['ties'],
            reasons: ['Ann made it'],
            proof: { people: [{ id: 'ann', name: 'Ann' }], others: 3 },
          },
        ],
        next: 'the-next-page',
      };
    },
    feedControl: settingsOf(recorded.settingsOf),
    behaviourProfile: async () => neutralProfile(NOW, DEFAULT_RANKING),
    trendingTags: async () => [{ tag: 'chess', people: 6, observed: 3, expected: 1.5, burst: 1.5 }],
    rankedComments: async ({ after }) => ({
      items: [
        {
          content: 'comment:k1',
          title: null,
          createdAt: NOW,
          score: 0.75,
          parts: { engagement: 0.5, media: 0.125, recency: 0.125 },
          media: ['image:i1'],
        },
      ],
      next: after === 0 ? 1 : null,
    }),
    profileCard: async () => ({ name: null }),
    autoTrack: true,
    engagementReport: async (since) => [
      {
        content: 'post:p1',
        title: 'One',
        interactions: 3,
        averageSeconds: (NOW - since) / 1_000,
        averageScrollPercentage: null,
        score: 11,
      },
    ],
    connectionsOf: async () => [],
    erasePerson: async () => ({ id: 1, status: 'done', position: 7, logRows: 3, auditRows: 4 }),
    async *exportPerson(person) {
      yield { in: 'users', id: person };
    },
    interestsOf: async () => [{ tag: 'chess', weight: 0.5, factor: 1, declared: true, learned: true, lastAt: NOW }],
    feedMetrics: async (query) => {
      recorded.metricsQueries.push(query);
      return [FEED_METRICS];
    },
    cypher: async ({ params }) => ({
      columns: ['name', 'params'],
      rows: [['=1+1', JSON.stringify(params)]],
      truncated: false,
      warnings: [],
    }),
    explainItem: async (request) => {
      recorded.explainRequests.push(request);
      return explanationOf(request.content);
    },
    putNeighbours: async ({ model, kind, neighbours }) => ({
      model,
      kind,
      nodes: new Set(neighbours.map(({ from }) => from)).size,
      neighbours: neighbours.length,
      unknown: { count: 0, ids: [] },
      forgotten: 0,
      computedAt: NOW,
    }),
    deleteModel: async (model) => ({ model, forgotten: 3 }),
    recordedActivities: ({ person }) => told({ ...storedActivity(8), user_id: person }),
    feedUpdates: (person) => told({ person, position: 5, reasons: ['STARTED'] }),
    subscribers: createSubscribers({ clock }),
    rateLimit: createRateLimit({ perMinute: undefined, pool: undefined, secret: SECRET }),
    clientAddress: createClientAddress(undefined),
    corsOrigins: [],
    head: async () => 20,
    health: {
      pingPostgres: async () => undefined,
      pingNeo4j: async () => undefined,
      projector: () => ({ position: 5, head: 7, status: 'running' }),
    },
    metrics: createMetrics(),
    metricsOpen: false,
    graphqlDriver: neo4j.driver('bolt://127.0.0.1:1', undefined, { maxTransactionRetryTime: 0 }),
    halfLifeMs: DEFAULT_RANKING.halfLifeMs,
    cursorSecret: 'cursor secret',
    clock,
    logger: pino({ level: 'warn' }, linesInto(recorded.logged)),
    ...overrides,
  })) as unknown as Hono;
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    await app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    app,
    recorded,
    post,
    async graphql(query, { variables, headers } = {}) {
      const response = await post('/graphql', { query, variables }, headers);
      const answer = JSON.parse(firstOf(await response.text())) as Partial<GraphqlAnswer>;
      return { status: response.status, headers: response.headers, data: answer.data, errors: answer.errors ?? [] };
    },
  };
}

/** The answer; of a stream of events what the first one with data says. */
function firstOf(body: string): string {
  return /^data: (.+)$/mu.exec(body)?.[1] ?? body;
}

/** A stream of one thing, which then ends. */
async function told<T>(thing: T): Promise<AsyncIterableIterator<T>> {
  return (async function* () {
    yield thing;
  })();
}

const RUN: JobRun = {
  run: 11,
  job: 'engagement-recalculate',
  scheduledFor: null,
  startedAt: NOW,
  finishedAt: null,
  status: 'running',
  result: null,
  error: null,
};
const RUN_ENDED = {
  status: 'succeeded' as const,
  finishedAt: NOW + 1_000,
  result: { position: 7, people: 3, differences: 0 },
};

const FEED_METRICS: FeedMetrics = {
  algorithm: 'graph_v2',
  startsAt: new Date(NOW).toISOString(),
  rank: null,
  pages: 1,
  served: 4,
  impressions: 3,
  clickThroughRate: 0.5,
  engagementRate: 0.25,
  meanDwellSeconds: null,
  hidesPerThousandImpressions: 0,
  reportsPerThousandImpressions: 0,
  authorDiversity: 0.75,
  typeEntropy: 1.5,
  contents: 4,
  catalogueCoverage: 0.6,
  exploredShare: 0.25,
};

function storedActivity(position: number): StoredActivity {
  const time = new Date(NOW).toISOString();
  return {
    position,
    id: `00000000-0000-4000-8000-00000000000${position}`,
    user_id: 'ann',
    activity_type: 'like',
    content: 'post:p1',
    target_user_id: null,
    community_id: null,
    occurred_at: time,
    effective_at: time,
    recorded_at: time,
    from_future: false,
    duration_seconds: null,
    scroll_depth_percentage: null,
    position_seconds: null,
    success: true,
    description: null,
    metadata: {},
    ip_address: null,
    user_agent: null,
  };
}

/** Content that a person hid. */
function explanationOf(content: string): ItemExplanation {
  return {
    content,
    title: null,
    status: 'RULED_OUT',
    summary: 'You hid it.',
    algorithm: 'activity_enhanced_v1',
    ranked_at: new Date(NOW).toISOString(),
    position: 1,
    ranked: 1,
    settings: [],
    item: null,
    ruled_out: {
      rule: 'suppressed',
      says: 'You hid it',
      remedy: 'Send unhide',
      undo: { activity_type: 'unhide', content },
      still: true,
    },
    not_found: [],
    would_rank: null,
  };
}

/** Settings that stay as they are. */
function settingsOf(asked: Recorded['settingsOf']): ApiPorts['feedControl'] {
  const settings = {
    revision: 0,
    sliders: [],
    heuristics: [],
    network: null,
    muted_words: [],
    muted_tags: [],
    interests: null,
    reset_at: null,
    social_proof: true,
  };
  return {
    async read(person) {
      asked.push({ person });
      return settings;
    },
    async change(person, change) {
      asked.push({ person, change });
      return settings;
    },
    async reset(person) {
      asked.push({ person });
      return settings;
    },
  };
}

/** Keeps the promise of law 2 by uid; `retract` is refused as the log refuses what it does not know. */
function rememberingLog(submissions: Submission[]): Parameters<typeof createAccept>[0] {
  const known = new Map<string, { position: number; sent: string }>();
  return {
    async append(batch) {
      return batch.map((submission) => {
        const { uid, sent, kind } = submission.activity;
        const before = known.get(uid);
        if (before !== undefined) {
          return {
            uid,
            status: before.sent === sent ? ('duplicate' as const) : ('conflict' as const),
            position: before.position,
          };
        }
        if (kind.name === 'retract') {
          return {
            uid,
            status: 'invalid' as const,
            error: new AppError('ACTIVITY_INVALID', 'activity_id: is not known'),
          };
        }
        submissions.push(submission);
        known.set(uid, { position: submissions.length, sent });
        return { uid, status: 'accepted' as const, position: submissions.length };
      });
    },
  };
}

function linesInto(logged: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      logged.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
}
