import { FEED_UPDATE_REASONS, type FeedUpdate } from '../../live/feed-updates.ts';
import type { StoredActivity } from '../../log/read/activities.ts';
import { personAskedFor } from '../access.ts';
import { checkPosition } from '../position.ts';
import type { Area } from './area.ts';
import { idArgument } from './arguments.ts';

const reasons = Object.entries(FEED_UPDATE_REASONS).map(([reason, meaning]) => `  "${meaning}"\n  ${reason}`);

/** What is told as it happens, over server-sent events. */
export const subscriptions: Area = {
  typeDefinitions: /* GraphQL */ `
"An activity as the log has it. What was pruned has no metadata any more."
type RecordedActivity {
  "Where it stands in the log: whoever was cut off goes on after the last one that they got."
  position: Position!
  "The uid in the log; takeBack takes it."
  id: ID!
  userId: ID!
  "A kind of activity."
  activityType: String!
  "As type:id."
  content: ID
  targetUserId: ID
  communityId: ID
  "When the caller says it happened, in ISO 8601."
  occurredAt: String!
  "When it counts as having happened: never later than it was received."
  effectiveAt: String!
  "When it was received."
  recordedAt: String!
  durationSeconds: Float
  scrollDepthPercentage: Float
  positionSeconds: Float
  success: Boolean!
  description: String
  metadata: JSON!
}

enum FeedUpdateReason {
${reasons.join('\n')}
}

"A feed may be another one now."
type FeedUpdate {
  userId: ID!
  "The graph has the log up to here; feed(afterPosition:) with it answers a feed that knows what this is about."
  position: Position!
  reasons: [FeedUpdateReason!]!
}

type Subscription {
  "What a person does, as it is recorded by any process, in the order of the log, each once. userId: somebody else only for service, analyst and admin. afterPosition: also what was recorded after it before now; by default what is recorded from now on."
  activityRecorded(userId: ID, afterPosition: Position): RecordedActivity!
  "Tells when a person's feed may be another one, at most once a second; the first time at once. userId: somebody else only for service, analyst and admin."
  feedUpdated(userId: ID): FeedUpdate!
}
`,
  resolvers: (ports) => ({
    Subscription: {
      activityRecorded: async (_source, args, { caller }) => {
        const person = await personAskedFor(caller, idArgument(args['userId']), ports);
        const after = args['afterPosition'] as number | null | undefined;
        await checkPosition('afterPosition', after, ports);
        return ports.subscribers.admit(caller, () => ports.recordedActivities({ person, after: after ?? undefined }));
      },
      feedUpdated: async (_source, args, { caller }) => {
        const person = await personAskedFor(caller, idArgument(args['userId']), ports);
        return ports.subscribers.admit(caller, () => ports.feedUpdates(person));
      },
    },
    types: {
      RecordedActivity: {
        userId: (activity: StoredActivity) => activity.user_id,
        activityType: (activity: StoredActivity) => activity.activity_type,
        targetUserId: (activity: StoredActivity) => activity.target_user_id,
        communityId: (activity: StoredActivity) => activity.community_id,
        occurredAt: (activity: StoredActivity) => activity.occurred_at,
        effectiveAt: (activity: StoredActivity) => activity.effective_at,
        recordedAt: (activity: StoredActivity) => activity.recorded_at,
        durationSeconds: (activity: StoredActivity) => activity.duration_seconds,
        scrollDepthPercentage: (activity: StoredActivity) => activity.scroll_depth_percentage,
        positionSeconds: (activity: StoredActivity) => activity.position_seconds,
      },
      FeedUpdate: { userId: (update: FeedUpdate) => update.person },
    },
  }),
};
