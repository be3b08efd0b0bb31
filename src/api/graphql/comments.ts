import type { CommentItem } from '../../feed/comments/comments.ts';
import { commentsPage, DEFAULT_COMMENTS_PAGE, MAX_COMMENTS_PAGE } from '../rest/comments.ts';
import type { Area } from './area.ts';
import { firstArgument, idArgument } from './arguments.ts';

/** The comments of a piece of content. */
export const commentsArea: Area = {
  typeDefinitions: /* GraphQL */ `
type RankedComment {
  "As type:id."
  content: ID!
  title: String
  "ISO time; null when it is not known."
  createdAt: String
  "The sum of parts, added in their order."
  score: Float!
  "Engagement of others with it, with its media, and how new it is."
  parts: [Part!]!
  "Pictures, films and files in it, as type:id."
  media: [ID!]!
}

type CommentPage {
  "Best first."
  items: [RankedComment!]!
  "For after, to get the next page; null on the last one."
  next: String
}

extend type Query {
  "The comments and replies of a piece of content (type:id) that the reader may see, ranked. userId: somebody else only for service, analyst and admin."
  comments(content: ID!, first: Int = ${DEFAULT_COMMENTS_PAGE}, after: String, userId: ID): CommentPage!
}
`,
  resolvers: (ports) => ({
    Query: {
      comments: (_source, args, { caller }) =>
        commentsPage(
          {
            content: String(args['content']),
            userId: idArgument(args['userId']),
            limit: firstArgument(args['first'], { most: MAX_COMMENTS_PAGE, fallback: DEFAULT_COMMENTS_PAGE }),
            cursor: (args as { after?: string | null }).after ?? undefined,
          },
          caller,
          ports,
        ),
    },
    types: {
      RankedComment: {
        createdAt: ({ createdAt }: CommentItem) => (createdAt === null ? null : new Date(createdAt).toISOString()),
        parts: ({ parts }: CommentItem) => Object.entries(parts).map(([name, value]) => ({ name, value })),
      },
    },
  }),
};
