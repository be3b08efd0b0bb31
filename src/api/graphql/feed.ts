import type { Caller } from '../../core/caller.ts';
import { anchorOf } from '../../feed/anchor.ts';
import type { FeedItem, FeedPage } from '../../feed/explain/present.ts';
import { isPreview, personAskedFor } from '../access.ts';
import { anchorNow } from '../anchor-now.ts';
import type { ApiPorts } from '../ports.ts';
import { checkPosition } from '../position.ts';
import { MAX_FEED_PAGE } from '../rest/feed.ts';
import type { Area } from './area.ts';
import { firstArgument, idArgument } from './arguments.ts';

/** Items of a feed when the query does not say how many. */
export const DEFAULT_FEED_PAGE = 20;

/** The ranked, explained feed. */
export const feedArea: Area = {
  typeDefinitions: /* GraphQL */ `
type Part { name: String! value: Float! }
type Face { id: ID! name: String! }
type SocialProof { people: [Face!]! others: Int! }

type FeedItem {
  "As type:id."
  content: ID!
  title: String
  rank: Int!
  "The sum of parts, added in their order."
  score: Float!
  parts: [Part!]!
  "Rules of the slate that moved this item."
  movedBy: [String!]!
  sources: [String!]!
  reasons: [String!]!
  proof: SocialProof!
}

type Feed {
  algorithm: String!
  "Position of the log that the graph had."
  position: Position!
  items: [FeedItem!]!
  "For after, to get the next page; null on the last one."
  next: String
}

type Query {
  "A page of a person's ranked, explained feed. userId: somebody else only for service, analyst and admin. afterPosition: wait until the graph has this position, for up to 5 seconds."
  feed(userId: ID, first: Int = ${DEFAULT_FEED_PAGE}, after: String, afterPosition: Position, algorithm: String): Feed!
  "What has one hashtag: the newest and what people turn to, ranked for the reader."
  hashtagFeed(tag: String!, userId: ID, first: Int = ${DEFAULT_FEED_PAGE}, after: String, afterPosition: Position): Feed!
  "What one person made, the newest first, as far as the reader may see it."
  profileFeed(author: ID!, userId: ID, first: Int = ${DEFAULT_FEED_PAGE}, after: String, afterPosition: Position): Feed!
  "What is similar to one piece of content (type:id) that the reader has not engaged with."
  similarContent(content: ID!, userId: ID, first: Int = ${DEFAULT_FEED_PAGE}, after: String, afterPosition: Position): Feed!
}
`,
  resolvers: (ports) => ({
    Query: {
      feed: (_source, args, { caller }) => feed(args, caller, ports),
      hashtagFeed: (_source, args, { caller }) => feed(args, caller, ports, { tag: String(args['tag']) }),
      profileFeed: (_source, args, { caller }) =>
        feed(args, caller, ports, { author: idArgument(args['author'], 'author') }),
      similarContent: (_source, args, { caller }) => feed(args, caller, ports, { similar_to: String(args['content']) }),
    },
    types: {
      FeedItem: {
        movedBy: (item: FeedItem) => item.moved_by,
        parts: (item: FeedItem) => Object.entries(item.parts).map(([name, value]) => ({ name, value })),
      },
    },
  }),
};

async function feed(
  args: Record<string, unknown>,
  caller: Caller,
  ports: ApiPorts,
  about: Parameters<typeof anchorOf>[0] = {},
): Promise<FeedPage> {
  const anchor = await anchorNow(anchorOf(about), ports);
  const { after, afterPosition, algorithm } = args as { after?: string; afterPosition?: number; algorithm?: string };
  const first = firstArgument(args['first'], { most: MAX_FEED_PAGE, fallback: DEFAULT_FEED_PAGE });
  const viewer = await personAskedFor(caller, idArgument(args['userId']), ports);
  await checkPosition('afterPosition', afterPosition, ports);
  return await ports.feedPage({
    viewer,
    limit: first,
    ...(anchor === undefined ? {} : { anchor }),
    ...(isPreview(caller, viewer) ? { preview: true } : {}),
    ...(after == null ? {} : { cursor: after }),
    ...(afterPosition == null ? {} : { afterPosition }),
    ...(algorithm == null ? {} : { algorithm }),
  });
}
