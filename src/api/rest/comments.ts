import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import type { CommentItem } from '../../feed/comments/comments.ts';
import { personAskedFor } from '../access.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { ApiPorts } from '../ports.ts';
import { nextLink, referenceOf } from './activities.ts';
import { type Operation, ref } from './openapi-operation.ts';
import { idParameter, readQuery, wholeNumber } from './query.ts';

export const MAX_COMMENTS_PAGE = 100;
export const DEFAULT_COMMENTS_PAGE = 20;

const commentsQuerySchema = z.strictObject({
  content: z.string().max(300).describe('What was commented on, as type:id.'),
  user_id: idParameter
    .optional()
    .describe("Who reads. Default: the token's subject; somebody else only for service, analyst and admin."),
  limit: wholeNumber(1, MAX_COMMENTS_PAGE).default(DEFAULT_COMMENTS_PAGE),
  cursor: z.string().max(100).optional().describe('The `next` of the page before.'),
});

export const commentListSchema = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          content: z.string().describe('As type:id.'),
          title: z.string().nullable(),
          created_at: z.iso.datetime().nullable(),
          score: z.number().describe('The sum of parts, added in their order.'),
          parts: z.strictObject({ engagement: z.number(), media: z.number(), recency: z.number() }),
          media: z.array(z.string()).describe('Pictures, films and files in it, as type:id.'),
        }),
      )
      .describe('Best first.'),
    next: z.string().nullable(),
  })
  .meta({ id: 'CommentList' });

export const COMMENT_SCHEMAS = [commentListSchema];

export const COMMENT_OPERATIONS = {
  'GET /comments': {
    slash: true,
    id: 'getComments',
    summary:
      'The comments of a piece of content that the reader may see, ranked by engagement with them and their media.',
    query: commentsQuerySchema,
    answers: { 200: { description: 'A page; Link names the next one.', schema: ref('CommentList') } },
    errors: [
      'REQUEST_MALFORMED',
      'CURSOR_MALFORMED',
      'FORBIDDEN',
      'ACTIVITY_ERASED',
      'NOT_FOUND',
      'LOG_UNAVAILABLE',
      'GRAPH_UNAVAILABLE',
    ],
  },
} as const satisfies Record<string, Operation>;

export interface CommentsAsked {
  readonly content: string;
  readonly userId: string | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** A page of comments with the cursor of the next one, for both doors. */
export async function commentsPage(
  asked: CommentsAsked,
  caller: Caller,
  ports: ApiPorts,
): Promise<{ readonly items: readonly CommentItem[]; readonly next: string | null }> {
  const viewer = await personAskedFor(caller, asked.userId, ports);
  const content = referenceOf(asked.content);
  const query = JSON.stringify(['comments', viewer, content]);
  const after = asked.cursor === undefined ? 0 : decodeCursor(asked.cursor, query, ports.cursorSecret);
  const page = await ports.rankedComments({ viewer, content, limit: asked.limit, after });
  return { items: page.items, next: page.next === null ? null : encodeCursor(page.next, query, ports.cursorSecret) };
}

/** `GET /comments/?content=`: the comments of a piece of content, best first. */
export async function getComments(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const { content, user_id: userId, limit, cursor } = readQuery(request, commentsQuerySchema);
  const page = await commentsPage({ content, userId, limit, cursor }, caller, ports);
  const items = page.items.map(({ createdAt, ...item }) => ({
    ...item,
    created_at: createdAt === null ? null : new Date(createdAt).toISOString(),
  }));
  return Response.json(
    { items, next: page.next },
    { headers: { 'cache-control': 'private, no-store', ...nextLink(request, page.next) } },
  );
}
