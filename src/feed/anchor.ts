import type { Pool } from 'pg';
import { isContentType, normalizeTag, parseReference } from '../activity/reference.ts';
import { AppError } from '../core/errors.ts';
import { visibleNow } from '../log/read/permissions.ts';
import type { Reader } from './find/reader.ts';
import type { Algorithm } from './rank/algorithm.ts';

/** What a feed is about, when it is not about everything. */
export type Anchor =
  | { readonly kind: 'tag'; readonly id: string }
  | { readonly kind: 'author'; readonly id: string }
  /** What is similar to this content. */
  | { readonly kind: 'content'; readonly id: string };

export const ANCHOR_KINDS = ['tag', 'author', 'content'] as const;

/** The algorithm of each kind of anchored feed. */
const ALGORITHM_OF: Readonly<Record<Anchor['kind'], string>> = {
  tag: 'hashtag',
  author: 'profile',
  content: 'similar_content',
};

/** The algorithm that a request names, or else that of what it is about, or of its reader. */
export function algorithmAskedFor(
  request: { readonly algorithm?: string; readonly anchor?: Anchor; readonly viewer: string | null },
  algorithmFor: (viewer: string | null) => string,
): string {
  const { algorithm, anchor, viewer } = request;
  return algorithm ?? (anchor === undefined ? algorithmFor(viewer) : ALGORITHM_OF[anchor.kind]);
}

/** @throws AppError `REQUEST_MALFORMED` for an algorithm that is not made for what the feed is about. */
export function checkAnchor(
  { name, anchor: wanted }: Pick<Algorithm, 'name' | 'anchor'>,
  anchor: Anchor | undefined,
): void {
  if (wanted !== anchor?.kind) {
    const what = wanted === undefined ? 'about everything' : `about one ${wanted}`;
    throw new AppError('REQUEST_MALFORMED', `algorithm: ${name} makes feeds ${what}`);
  }
}

/** Whether a feed is about content that its reader may not see: what that is like must not be told either. */
export async function isHidden(pool: Pool, viewer: string | null, anchor: Anchor | undefined): Promise<boolean> {
  return anchor?.kind === 'content' && !(await visibleNow(pool, viewer, [anchor.id])).has(anchor.id);
}

/** Names what a feed is about in its cursors, so that the cursor of one tag does not walk another. */
export function scopeOf(anchor: Anchor | undefined): string {
  return anchor === undefined ? '' : `${anchor.kind} ${anchor.id}`;
}

/**
 * The one anchor that a caller names; undefined when they name none.
 *
 * @throws AppError `REQUEST_MALFORMED` for more than one, or for one that cannot be.
 */
export function anchorOf(named: {
  readonly tag?: string | undefined;
  readonly author?: string | undefined;
  readonly similar_to?: string | undefined;
}): Anchor | undefined {
  const { tag, author, similar_to: content } = named;
  if ([tag, author, content].filter((one) => one !== undefined).length > 1) {
    throw new AppError('REQUEST_MALFORMED', 'Only one of tag, author and similar_to can be given');
  }
  if (tag !== undefined) {
    const id = normalizeTag(tag);
    if (id === undefined) {
      throw new AppError('REQUEST_MALFORMED', 'tag: must be a hashtag');
    }
    return { kind: 'tag', id };
  }
  if (content !== undefined) {
    const type = parseReference(content)?.type;
    if (type === undefined || !isContentType(type)) {
      throw new AppError('REQUEST_MALFORMED', 'similar_to: must be content as type:id, as in post:c954');
    }
    return { kind: 'content', id: content };
  }
  return author === undefined ? undefined : { kind: 'author', id: author };
}

/** Whose taste a feed asks with: that of the reader, or, for what is similar to something, that thing alone. */
export function anchored(reader: Reader, anchor: Anchor | undefined): Reader {
  return anchor?.kind === 'content'
    ? { ...reader, taste: { ...reader.taste, seeds: [{ content: anchor.id, weight: 1 }] } }
    : reader;
}
