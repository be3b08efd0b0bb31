import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { MINUTE_MS } from '../core/clock.ts';
import { readPrepared, readRows } from '../log/database.ts';
import { notErasedSql } from '../log/erase/names.ts';
import type { Evidence } from './explain/explain.ts';
import type { Because } from './find/candidate.ts';
import type { KeptFeeds } from './kept-feeds.ts';
import type { Features } from './rank/features.ts';
import type { Part } from './rank/part.ts';
import type { RankedWith } from './rank/ranked-with.ts';
import type { Judged } from './rules.ts';
import { FORMAT, fromStored, type Items, type Stored, toStored, walkable } from './stored-feed.ts';

/** How long a ranked feed and its cursors live. */
const SNAPSHOT_LIFE_MS = 30 * MINUTE_MS;

/** One ranked item as it was when the feed was made; names and titles are read when it is shown. */
export interface SnapshotItem extends Judged {
  /** The sum of the parts. */
  readonly score: number;
  /** In the order in which they are added up (law 5). */
  readonly parts: readonly Part[];
  /** The signals that the parts were made of. */
  readonly features: Features;
  /** What the person did that counted most for how similar it is to what they like, the largest first. */
  readonly because: readonly Because[];
  /** With which probability exploration put it where it is; 1 when ranking did. */
  readonly propensity: number;
  readonly movedBy: readonly string[];
  readonly sources: readonly string[];
  readonly evidence: Evidence;
}

export interface SnapshotKey {
  /** Null: nobody in particular. */
  readonly viewer: string | null;
  readonly algorithm: string;
  /** What the feed is about, see `scopeOf`. */
  readonly scope: string;
  readonly settingsRevision: string;
  /** The person's own newest position that the graph had. */
  readonly headPosition: number;
  /** Ranked for somebody else to look at. */
  readonly preview: boolean;
}

export interface Snapshot {
  readonly id: string;
  readonly graphPosition: number;
  /** Milliseconds. */
  readonly createdAt: number;
  /** In order of rank; the first has rank 1. */
  readonly items: readonly SnapshotItem[];
  /** What the rules took out, by rule. */
  readonly removed: Readonly<Record<string, readonly string[]>>;
  readonly rankedWith: RankedWith;
}

/** A ranked feed as pages walk it. */
export interface WalkedFeed extends Pick<Snapshot, 'id' | 'graphPosition' | 'createdAt'> {
  readonly items: Items;
}

interface Head {
  readonly id: string;
  readonly graph_position: number;
  readonly created_at: Date;
  readonly expires_at: Date;
}

interface Row extends Head {
  readonly items: Stored | { readonly format?: never };
}

interface NamedRow extends Row {
  readonly algorithm: string;
}

/** Nobody in particular: ids of people are never empty. */
const ANYBODY = '';

/**
 * Keeps a ranked feed, and returns it as it is walked from then on. A crash may take the newest with it: their cursors are
 * over then. The page does not wait for the disk. Of who was erased while the page was made nothing is kept.
 */
export async function writeSnapshot(
  { pool, erasedAs = () => '' }: { readonly pool: Pool; readonly erasedAs?: (person: string) => string },
  key: SnapshotKey,
  snapshot: Snapshot,
): Promise<WalkedFeed> {
  const { id, graphPosition, createdAt } = snapshot;
  const { text, items } = toStored(snapshot);
  await readPrepared(
    pool,
    `INSERT INTO feed_snapshot (id, user_id, algorithm, settings_revision, head_position, graph_position, created_at, expires_at, items,
       preview, scope)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM set_config('synchronous_commit', 'off', true)
     WHERE ${notErasedSql('$12')}`,
    [
      id,
      key.viewer ?? ANYBODY,
      key.algorithm,
      key.settingsRevision,
      key.headPosition,
      graphPosition,
      new Date(createdAt),
      new Date(createdAt + SNAPSHOT_LIFE_MS),
      text,
      key.preview,
      digestOf(key.scope),
      key.viewer === null ? '' : erasedAs(key.viewer),
    ],
  );
  return { id, graphPosition, createdAt, items };
}

/** A snapshot that may serve as a first page again: for whom it does, `settingsRevision` and `headPosition` say. */
export type Reusable = Head & { readonly settings_revision: string; readonly head_position: number };

/** One person makes no more of them within the time that they serve. */
const MOST_REUSABLE = 20;

/** Snapshots of the viewer that were made at `since` or later from a graph that had `position`, the newest first. */
export async function readReusable(
  pool: Pool,
  key: Pick<SnapshotKey, 'viewer' | 'algorithm' | 'scope' | 'preview'>,
  { since, position }: { readonly since: number; readonly position: number },
): Promise<Reusable[]> {
  return readPrepared<Reusable>(
    pool,
    `SELECT id, graph_position, created_at, expires_at, settings_revision, head_position FROM feed_snapshot
     WHERE user_id = $1 AND algorithm = $2 AND scope = $3 AND expires_at >= $4 AND graph_position >= $5 AND preview = $6
     ORDER BY expires_at DESC, id LIMIT $7`,
    [
      key.viewer ?? ANYBODY,
      key.algorithm,
      digestOf(key.scope),
      new Date(since + SNAPSHOT_LIFE_MS),
      position,
      key.preview,
      MOST_REUSABLE,
    ],
  );
}

/** A feed may be about a person, whose name is no business of its key. */
function digestOf(scope: string): string {
  return scope === '' ? '' : createHash('sha256').update(scope).digest('hex').slice(0, 16);
}

/** The newest of them that has this key. */
export async function findSnapshot(
  pool: Pool,
  reusable: readonly Reusable[],
  { key, kept }: { readonly key: SnapshotKey; readonly kept: KeptFeeds },
): Promise<WalkedFeed | undefined> {
  const head = reusable.find(
    (one) => one.settings_revision === key.settingsRevision && one.head_position === key.headPosition,
  );
  return head === undefined ? undefined : withItems(pool, head, kept);
}

interface Asked {
  readonly id: string;
  readonly viewer: string | null;
  readonly now: number;
}

/** The snapshot behind a cursor; undefined when it is over at `now`. */
export async function openSnapshot(pool: Pool, { id, viewer, now }: Asked): Promise<NamedSnapshot | undefined> {
  const [row] = await readRows<NamedRow>(
    pool,
    `SELECT id, algorithm, graph_position, created_at, expires_at, items FROM feed_snapshot
     WHERE id = $1 AND user_id = $2 AND expires_at > $3`,
    [id, viewer ?? ANYBODY, new Date(now)],
  );
  return namedSnapshotOf(row);
}

/** The same, to be walked. */
export async function walkSnapshot(
  pool: Pool,
  { id, viewer, now, kept }: Asked & { readonly kept: KeptFeeds },
): Promise<(WalkedFeed & { readonly algorithm: string }) | undefined> {
  const [head] = await readPrepared<Head & { readonly algorithm: string }>(
    pool,
    `SELECT id, algorithm, graph_position, created_at, expires_at FROM feed_snapshot
     WHERE id = $1 AND user_id = $2 AND expires_at > $3`,
    [id, viewer ?? ANYBODY, new Date(now)],
  );
  const feed = head === undefined ? undefined : await withItems(pool, head, kept);
  return head === undefined || feed === undefined ? undefined : { ...feed, algorithm: head.algorithm };
}

/** Whether there is a snapshot Postgres says; what is in it never changes, so that a process may know it already. */
async function withItems(pool: Pool, head: Head, kept: KeptFeeds): Promise<WalkedFeed | undefined> {
  const known = kept.get(head.id);
  if (known !== undefined) {
    return known;
  }
  const [row] = await readRows<Pick<Row, 'items'>>(pool, 'SELECT items FROM feed_snapshot WHERE id = $1', [head.id]);
  if (row === undefined || row.items.format !== FORMAT) {
    return undefined;
  }
  const { id, graph_position: graphPosition, created_at: createdAt } = head;
  const feed = { id, graphPosition, createdAt: createdAt.getTime(), items: walkable(row.items) };
  kept.put(feed);
  return feed;
}

/** A snapshot with the name of the algorithm that ranked it. */
export interface NamedSnapshot extends Snapshot {
  readonly algorithm: string;
}

/** The newest feed of a person about everything that is not over and was theirs to see, of any algorithm unless one is named. */
export async function latestSnapshot(
  pool: Pool,
  request: {
    readonly viewer: string;
    readonly algorithm?: string;
    readonly now: number;
    /** True: of those that somebody else looked at. */
    readonly preview?: boolean;
  },
): Promise<NamedSnapshot | undefined> {
  const { viewer, algorithm, now, preview = false } = request;
  const [row] = await readRows<NamedRow>(
    pool,
    `SELECT id, algorithm, graph_position, created_at, expires_at, items FROM feed_snapshot
     WHERE user_id = $1 AND ($2::text IS NULL OR algorithm = $2) AND scope = '' AND expires_at > $3 AND preview = $4
     ORDER BY created_at DESC, id LIMIT 1`,
    [viewer, algorithm ?? null, new Date(now), preview],
  );
  return namedSnapshotOf(row);
}

/** Deletes what no cursor can reach any more. Returns how many snapshots that were. */
export async function deleteExpiredSnapshots(pool: Pool, now: number): Promise<number> {
  const gone = await readRows(pool, 'DELETE FROM feed_snapshot WHERE expires_at <= $1 RETURNING 1', [new Date(now)]);
  return gone.length;
}

function namedSnapshotOf(row: NamedRow | undefined): NamedSnapshot | undefined {
  const snapshot = snapshotOf(row);
  return row === undefined || snapshot === undefined ? undefined : { ...snapshot, algorithm: row.algorithm };
}

function snapshotOf(row: Row | undefined): Snapshot | undefined {
  if (row === undefined || row.items.format !== FORMAT) {
    return undefined;
  }
  return {
    id: row.id,
    graphPosition: row.graph_position,
    createdAt: row.created_at.getTime(),
    ...fromStored(row.items),
  };
}
