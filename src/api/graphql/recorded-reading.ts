import { MAX_BATCH } from '../../activity/activity.ts';
import { parseReference } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import type { CommentItem } from '../../feed/comments/comments.ts';
import { isPreview, personAskedFor, personNow } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import { referenceOf } from '../rest/activities.ts';
import type { Area, Resolver } from './area.ts';
import { firstArgument, idArgument } from './arguments.ts';
import { createTrack, type Track, trackResult } from './tracking.ts';

const DEFAULT_COMMENTS = 20;
const MAX_COMMENTS = 50;
const MAX_OFFSET = 10_000;
/** So many replies of each comment come with it. */
const REPLIES = 20;

/** Reading that is recorded in passing (seed 000, 4.3), unless AUTO_TRACK is false. */
export const recordedReading: Area = {
  typeDefinitions: /* GraphQL */ `
type PostComment {
  comment: RankedComment!
  "Best first, at most ${REPLIES}; without includeReplies none."
  replies: [RankedComment!]!
}

type PostComments {
  "Best first."
  items: [PostComment!]!
  "The offset of the next page; null on the last one."
  next: Int
  "How many views of comment media were recorded: one of the comments as a whole and one of each file in them."
  recorded: Int!
}

type VisitedProfile {
  userId: ID!
  "For oneself and for accepted connections; else null."
  name: String
  "Whether it is the visitor's own."
  own: Boolean!
  "The visit as it was recorded; null for one's own profile, for who only looks into the matter, and with AUTO_TRACK=false."
  visit: TrackResult
}

extend type Query {
  "The comments on a post that the reader may see, with the files in them. Records that the reader looked at them, also where there are none. userId: the reader; somebody else only for service, analyst and admin."
  postcommentsByPostUid(postUid: ID!, includeReplies: Boolean = false, limit: Int = ${DEFAULT_COMMENTS}, offset: Int = 0, userId: ID): PostComments!
  "Somebody's profile; records the visit, unless it is one's own. visitorId: somebody else than the token's subject only for service, analyst and admin."
  profileByUserId(userId: ID!, visitorId: ID): VisitedProfile!
}
`,
  resolvers: (ports) => {
    const track = createTrack(ports);
    return {
      Query: {
        postcommentsByPostUid: (_source, args, context) => postComments(args, context, { ports, track }),
        profileByUserId: (_source, args, context) => visitedProfile(args, context, { ports, track }),
      },
    };
  },
};

type Context = Parameters<Resolver>[2];

interface Parts {
  readonly ports: ApiPorts;
  readonly track: Track;
}

interface PostComment {
  readonly comment: CommentItem;
  readonly replies: readonly CommentItem[];
}

async function postComments(args: Record<string, unknown>, context: Context, { ports, track }: Parts): Promise<object> {
  const viewer = await personAskedFor(context.caller, idArgument(args['userId']), ports);
  const asked = askedFor(args);
  const page = await readThread(asked, viewer, ports);
  const recorded = isRecorded(context, viewer, ports)
    ? await recordViews(lookedAt(asked, page.items), viewer, context, track)
    : 0;
  return { ...page, recorded };
}

/** What was asked for, under the names that the seed records it by. */
interface Asked {
  readonly post_uid: string;
  readonly include_replies: boolean;
  readonly limit: number;
  readonly offset: number;
}

function askedFor(args: Record<string, unknown>): Asked {
  const offset = Number(args['offset'] ?? 0);
  if (offset < 0 || offset > MAX_OFFSET) {
    throw new AppError('REQUEST_MALFORMED', `offset: must be a whole number from 0 to ${MAX_OFFSET}`);
  }
  return {
    post_uid: String(args['postUid']),
    include_replies: args['includeReplies'] === true,
    limit: firstArgument(args['limit'], { most: MAX_COMMENTS, fallback: DEFAULT_COMMENTS, name: 'limit' }),
    offset,
  };
}

async function readThread(
  { post_uid: postUid, include_replies: includeReplies, limit, offset }: Asked,
  viewer: string,
  ports: ApiPorts,
): Promise<{ readonly items: readonly PostComment[]; readonly next: number | null }> {
  const content = referenceOf(`post:${postUid}`);
  const page = await ports.rankedComments({ viewer, content, limit, after: offset });
  const items: PostComment[] = [];
  for (const comment of page.items) {
    const replies = includeReplies
      ? await ports.rankedComments({ viewer, content: comment.content, limit: REPLIES, after: 0 })
      : { items: [] };
    items.push({ comment, replies: replies.items });
  }
  return { items, next: page.next };
}

function isRecorded({ caller }: Context, person: string, ports: ApiPorts): boolean {
  return ports.autoTrack && !isPreview(caller, person);
}

/** One view of the comments as a whole, and one of each file in them, with the metadata of the seed. */
function lookedAt(asked: Asked, items: readonly PostComment[]): Record<string, unknown>[] {
  const { post_uid: postUid } = asked;
  const whole = {
    activity_type: 'media_view',
    content_type: 'comment_media',
    content_id: postUid,
    metadata: {
      ...asked,
      query_type: 'postcomments_by_post_uid',
      comments_found: items.length,
      empty_result: items.length === 0,
    },
  };
  const comments = items.flatMap(({ comment, replies }) => [comment, ...replies]);
  const files = comments.flatMap(({ content, media }) =>
    media.map((file) => ({
      activity_type: 'media_view',
      content: file,
      metadata: {
        comment_uid: parseReference(content)?.id ?? content,
        post_uid: postUid,
        comment_has_media: true,
        media_count: media.length,
        query_type: 'comment_media_view',
      },
    })),
  );
  return [whole, ...files].slice(0, MAX_BATCH);
}

async function recordViews(
  views: readonly Record<string, unknown>[],
  viewer: string,
  context: Context,
  track: Track,
): Promise<number> {
  const results = await track(
    views.map((view) => ({ ...view, user_id: viewer })),
    context,
  );
  return results.filter(({ status }) => status === 'accepted').length;
}

async function visitedProfile(
  args: Record<string, unknown>,
  context: Context,
  { ports, track }: Parts,
): Promise<object> {
  const visitor = await personAskedFor(context.caller, idArgument(args['visitorId'], 'visitorId'), ports);
  const asked = idArgument(args['userId']) ?? visitor;
  const { id: owner } = await personNow(asked, ports);
  const own = owner === visitor;
  const card = await ports.profileCard({ reader: visitor, owner });
  if (card === undefined) {
    // As for a stranger of whom nothing is known: who blocked whom is not told.
    return { userId: owner, name: null, own, visit: null };
  }
  const visit = own || !isRecorded(context, visitor, ports) ? undefined : await visitOf(owner, visitor, context, track);
  return { userId: owner, name: card.name, own, visit: visit === undefined ? null : trackResult(visit, ports) };
}

async function visitOf(
  owner: string,
  visitor: string,
  context: Context,
  track: Track,
): Promise<Awaited<ReturnType<Track>>[number] | undefined> {
  const [visit] = await track(
    [
      {
        user_id: visitor,
        activity_type: 'profile_visit',
        target_user_id: owner,
        metadata: { query_type: 'profile_by_user_id', profile_user_id: owner, visitor_user_id: visitor },
      },
    ],
    context,
  );
  return visit;
}
