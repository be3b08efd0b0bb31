import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import { anchorOf } from '../../feed/anchor.ts';
import { isPreview, personAskedFor } from '../access.ts';
import { anchorNow } from '../anchor-now.ts';
import type { ApiPorts } from '../ports.ts';
import { checkPosition } from '../position.ts';
import { nextLink } from './activities.ts';
import { idParameter, readQuery, wholeNumber } from './query.ts';

export const MAX_FEED_PAGE = 100;

export const feedQuerySchema = z.strictObject({
  limit: wholeNumber(1, MAX_FEED_PAGE).default(20),
  cursor: z.string().max(2_000).optional().describe('The `next` of the page before.'),
  after_position: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Wait until the graph has this position of the log, for up to 5 seconds.'),
  algorithm: z.string().max(100).optional(),
  tag: z.string().max(100).optional().describe('Only what has this hashtag.'),
  author: idParameter.optional().describe('Only what this person made, the newest first.'),
  similar_to: z.string().max(300).optional().describe('Only what is similar to this content, as type:id.'),
  user_id: idParameter
    .optional()
    .describe("Whose feed. Default: the token's subject; somebody else only for service, analyst and admin."),
});

/** `GET /feed/`: a page of a person's ranked, explained feed, of everything or of one tag, author or likeness. */
export async function getFeed(request: Request, caller: Caller, ports: ApiPorts): Promise<Response> {
  const query = readQuery(request, feedQuerySchema);
  const viewer = await personAskedFor(caller, query.user_id, ports);
  const anchor = await anchorNow(anchorOf(query), ports);
  await checkPosition('after_position', query.after_position, ports);
  const page = await ports.feedPage({
    viewer,
    limit: query.limit,
    ...(anchor === undefined ? {} : { anchor }),
    ...(isPreview(caller, viewer) ? { preview: true } : {}),
    ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    ...(query.after_position === undefined ? {} : { afterPosition: query.after_position }),
    ...(query.algorithm === undefined ? {} : { algorithm: query.algorithm }),
  });
  return Response.json(page, { headers: { 'cache-control': 'private, no-store', ...nextLink(request, page.next) } });
}
