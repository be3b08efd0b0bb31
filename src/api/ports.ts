import type { Driver } from 'neo4j-driver';
import type { FadingEdge } from '../activity/kinds.ts';
import type { Reference } from '../activity/reference.ts';
import type { PersonNow } from '../core/caller.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { FeedMetrics, FeedMetricsQuery } from '../experiments/metrics.ts';
import type { CommentPage, CommentsRequest } from '../feed/comments/comments.ts';
import type { ItemExplanation } from '../feed/explain/answer.ts';
import type { ExplainRequest } from '../feed/explain/explain-item.ts';
import type { FeedPage } from '../feed/explain/present.ts';
import type { FeedRequest } from '../feed/feed.ts';
import type { FeedControl } from '../feed/settings/control.ts';
import type { Gateway } from '../graph/gateway/gateway.ts';
import type { Accept } from '../ingest/accept.ts';
import type { JobRun } from '../jobs/history.ts';
import type { FeedUpdates } from '../live/feed-updates.ts';
import type { RecordedActivities } from '../live/recorded-activities.ts';
import type { Erasure } from '../log/erase/pending.ts';
import type { ActivitiesQuery, StoredActivity } from '../log/read/activities.ts';
import type { CatalogueEntry, Profile } from '../log/read/catalogue.ts';
import type { ContentEngagement } from '../log/read/engagement-report.ts';
import type { ProfileCard } from '../log/read/profile-card.ts';
import type { ActivityStatistics, StatisticsQuery } from '../log/read/statistics.ts';
import type { ExportLine } from '../privacy/exporter.ts';
import type { DailyActivities, DailyQuery } from '../signals/aggregation/read.ts';
import type { ScoresPage, ScoresQuery } from '../signals/engagement/scores.ts';
import type { BehaviourProfile } from '../signals/profile/behaviour.ts';
import type { PersonalInterest } from '../signals/profile/interests.ts';
import type { Upload, UploadResult } from '../signals/similarity/upload.ts';
import type { Connection, ConnectionsRequest } from '../signals/ties/connections.ts';
import type { TrendingTag } from '../signals/trending/tags.ts';
import type { Authenticate } from './auth.ts';
import type { ClientAddress } from './client-address.ts';
import type { Metrics } from './metrics.ts';
import type { RateLimit } from './rate-limit.ts';
import type { HealthChecks } from './rest/health.ts';
import type { EventRules } from './segment/events.ts';
import type { Subscribers } from './subscribers.ts';

/** What the doors open onto. The application hands these over; the doors know no store. */
export interface ApiPorts {
  readonly authenticate: Authenticate;
  /** The same for the doors of Segment-compatible SDKs, which write keys open too. */
  readonly authenticateSource: Authenticate;
  /** What events of other vocabularies mean. */
  readonly eventRules: EventRules;
  readonly accept: Accept;
  /** Who ids stand for, by id: people are joined by `alias`, and erased. */
  readonly peopleNow: (ids: readonly string[]) => Promise<ReadonlyMap<string, PersonNow>>;
  readonly listActivities: (
    query: ActivitiesQuery,
  ) => Promise<{ readonly items: readonly StoredActivity[]; readonly next: number | null }>;
  readonly recentActivities: (
    query: Omit<ActivitiesQuery, 'after' | 'until'> & { readonly since: number },
  ) => Promise<readonly StoredActivity[]>;
  /** What the catalogue knows of content, whoever may see it. */
  readonly readContent: (references: readonly Reference[]) => Promise<ReadonlyMap<Reference, CatalogueEntry>>;
  /** Whether content may be shown to a person. */
  readonly maySee: (person: string, reference: Reference) => Promise<boolean>;
  readonly readProfiles: (people: readonly string[]) => Promise<ReadonlyMap<string, Profile>>;
  /** The time zone that is known of a person; null when none is. */
  readonly timeZoneOf: (person: string) => Promise<string | null>;
  /** How engaged people are, most engaged first. */
  readonly engagementScores: (query: ScoresQuery) => Promise<ScoresPage>;
  /** Begins to add engagement up anew; the run that does it, or did already. */
  readonly recalculateEngagement: () => Promise<JobRun>;
  readonly engagementRun: (run: number) => Promise<JobRun | undefined>;
  /** What a person did day by day. */
  readonly dailyActivities: (query: DailyQuery) => Promise<DailyActivities>;
  readonly activityStatistics: (query: StatisticsQuery) => Promise<ActivityStatistics>;
  readonly feedMetrics: (query: FeedMetricsQuery) => Promise<readonly FeedMetrics[]>;
  readonly feedPage: (request: FeedRequest) => Promise<FeedPage>;
  readonly feedControl: FeedControl;
  /** How a person uses the product, at most an hour old. */
  readonly behaviourProfile: (person: string) => Promise<BehaviourProfile>;
  /** What a person is interested in now, strongest first. */
  readonly interestsOf: (person: string, limit: number) => Promise<readonly PersonalInterest[]>;
  /** Runs a reading query of an analyst. */
  readonly cypher: Gateway['run'];
  readonly explainItem: (request: ExplainRequest) => Promise<ItemExplanation>;
  /** What trends, but for what this person does not want to hear of. */
  readonly trendingTags: (person: string, limit: number) => Promise<readonly TrendingTag[]>;
  readonly rankedComments: (request: CommentsRequest) => Promise<CommentPage>;
  /** What a person may know of another by their profile; undefined: nothing. */
  readonly profileCard: (asked: {
    readonly reader: string;
    readonly owner: string;
  }) => Promise<ProfileCard | undefined>;
  /** Whether reading is recorded in passing. */
  readonly autoTrack: boolean;
  /** Engagement quality of content, best first, from a time in milliseconds on. */
  readonly engagementReport: (since: number, limit: number) => Promise<readonly ContentEngagement[]>;
  /** Takes neighbours that another program computed. */
  readonly putNeighbours: (upload: Upload) => Promise<UploadResult>;
  /** Deletes what another program's model brought. */
  readonly deleteModel: (model: string) => Promise<{ readonly model: string; readonly forgotten: number }>;
  /** Whom a person is tied to, strongest first. */
  readonly connectionsOf: (request: ConnectionsRequest) => Promise<readonly Connection[]>;
  /** Erases a person, and waits for the end of it for so long. */
  readonly erasePerson: (person: string, timeoutMs: number) => Promise<Erasure>;
  /** Everything about a person, line by line. */
  readonly exportPerson: (person: string) => AsyncGenerator<ExportLine>;
  /** What a person does, as it is recorded. */
  readonly recordedActivities: RecordedActivities['subscribe'];
  /** When a person's feed may be another one. */
  readonly feedUpdates: FeedUpdates['subscribe'];
  readonly subscribers: Subscribers;
  readonly rateLimit: RateLimit;
  readonly clientAddress: ClientAddress;
  /** Origins whose pages may call from a browser, beside our own. */
  readonly corsOrigins: readonly string[];
  /** The newest position of the log. */
  readonly head: () => Promise<number>;
  readonly health: HealthChecks;
  readonly metrics: Metrics;
  /** Whether `/metrics` needs no token: only when nothing but this machine can reach the service. */
  readonly metricsOpen: boolean;
  /** For the graph's own types in GraphQL: a driver with default integers, see openGraphqlDriver. */
  readonly graphqlDriver: Driver;
  readonly halfLifeMs: Readonly<Record<FadingEdge, number>>;
  readonly cursorSecret: string;
  readonly clock: Clock;
  readonly logger: Logger;
}
