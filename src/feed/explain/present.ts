import type { Pool } from 'pg';
import type { Current } from '../../log/read/permissions.ts';
import { writeCursor } from '../cursor.ts';
import { isRefused, type Unwanted } from '../rules.ts';
import type { SnapshotItem, WalkedFeed } from '../snapshot.ts';
import { explain, type Faces } from './explain.ts';
import { readFaces } from './faces.ts';

export interface FeedItem {
  /** `type:id`. */
  readonly content: string;
  readonly title: string | null;
  /** In the snapshot, from 1 on. Ranks that are missing in a page belong to items that may not be shown any more. */
  readonly rank: number;
  /** The sum of `parts` from left to right, exactly. */
  readonly score: number;
  readonly parts: Readonly<Record<string, number>>;
  /** The slate rules that put it at another rank than its score. */
  readonly moved_by: readonly string[];
  readonly sources: readonly string[];
  readonly reasons: readonly string[];
  readonly proof: {
    readonly people: readonly { readonly id: string; readonly name: string }[];
    readonly others: number;
  };
}

export interface FeedPage {
  readonly algorithm: string;
  /** The graph had folded the log at least up to here when the feed was ranked. */
  readonly position: number;
  readonly items: readonly FeedItem[];
  /** Null after the last page. */
  readonly next: string | null;
}

/** What Postgres says, at the moment of this page, about who may see what (law 6). */
interface Permissions {
  readonly suppressions: Unwanted;
  /** What may be seen, with its tags, community, author and title of now. */
  readonly visible: ReadonlyMap<string, Current>;
}

export interface PageRequest {
  readonly viewer: string | null;
  /** By name. */
  readonly algorithm: string;
  /** What the feed is about, see `scopeOf`: its cursors walk no other. */
  readonly scope: string;
  readonly snapshot: WalkedFeed;
  /** Rank of the last item of the page before; 0 for the first page. */
  readonly after: number;
  readonly limit: number;
  readonly permissions: Permissions;
  readonly cursorSecret: string;
  readonly now: number;
}

/** An item and its rank, from 1 on. */
export interface Ranked {
  readonly rank: number;
  readonly item: SnapshotItem;
}

/**
 * A page of a snapshot: the next `limit` items that may be shown now, with the names and titles of now. What may not
 * be shown is passed over and the page filled up from later ranks, so pages join up (law 7).
 */
export async function present(pool: Pool, request: PageRequest): Promise<FeedPage> {
  const { snapshot, permissions, algorithm, now } = request;
  const { shown, isLast } = nextAllowed(request);
  const items = shown.map(({ item }) => item);
  const faces = await readFaces(pool, items, { viewer: request.viewer, suppressions: permissions.suppressions, now });
  const last = shown.at(-1);
  const next =
    last === undefined || isLast
      ? null
      : writeCursor(
          { snapshot: snapshot.id, rank: last.rank },
          { viewer: request.viewer, scope: request.scope },
          request.cursorSecret,
        );
  return {
    algorithm,
    position: snapshot.graphPosition,
    items: shown.map((place) =>
      toFeedItem(place, permissions.visible.get(place.item.content)?.title ?? null, faces, now),
    ),
    next,
  };
}

/** The next items that may be shown, and whether nothing that may be shown comes after them. */
function nextAllowed({ snapshot, after, limit, permissions, now }: PageRequest): {
  readonly shown: readonly Ranked[];
  readonly isLast: boolean;
} {
  const allowed: Ranked[] = [];
  for (let from = after; from < snapshot.items.length && allowed.length <= limit; from += limit + 1) {
    for (const [index, item] of snapshot.items.slice(from, from + limit + 1).entries()) {
      if (mayBeShown(item, permissions, now)) {
        allowed.push({ rank: from + index + 1, item });
      }
    }
  }
  return { shown: allowed.slice(0, limit), isLast: allowed.length <= limit };
}

/** An item of a snapshot as it is shown, with the names of now. */
export function toFeedItem({ rank, item }: Ranked, title: string | null, faces: Faces, now: number): FeedItem {
  return {
    content: item.content,
    title,
    rank,
    score: item.score,
    parts: Object.fromEntries(item.parts),
    moved_by: item.movedBy,
    sources: item.sources,
    ...explain(item, faces, now),
  };
}

/** Law 6, for an item of a snapshot. What is not in `visible` may not be shown. */
export function mayBeShown(item: SnapshotItem, { suppressions, visible }: Permissions, now: number): boolean {
  const current = visible.get(item.content);
  if (current === undefined) {
    return false;
  }
  // A snapshot is half an hour old at most; what was said of the content since then counts too.
  const { tags, communityId: community, authorId: author, title } = current;
  const asOfNow = { content: item.content, tags, community, author, title };
  return !isRefused({ ...item, title }, suppressions, now) && !isRefused(asOfNow, suppressions, now);
}
