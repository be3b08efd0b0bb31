import type { Change, Signal, Structure } from '../../activity/fold-row.ts';
import type { Clearing } from './clearing.ts';
import type { FoldPart } from './fold-part.ts';

/** The columns of `activity_log` that a fold part is read from; times as milliseconds, which is faster than dates. */
export const FOLD_COLUMNS = `uid, kind, actor_id, object, target_id, community_id,
  (extract(epoch FROM effective_at) * 1000)::float8 AS effective_at, from_future, duration_seconds,
  scroll_depth_percentage, position_seconds, author_id, tags, counts, takes_back, changes, structure`;

/** A row as `FOLD_COLUMNS` selects it. */
export interface FoldRecord {
  readonly uid: string;
  readonly kind: string;
  readonly actor_id: string | null;
  readonly object: string | null;
  readonly target_id: string | null;
  readonly community_id: string | null;
  readonly effective_at: number;
  readonly from_future: boolean;
  readonly duration_seconds: number | null;
  readonly scroll_depth_percentage: number | null;
  readonly position_seconds: number | null;
  readonly author_id: string | null;
  readonly tags: readonly string[] | null;
  readonly counts: boolean;
  readonly takes_back: readonly Signal[] | null;
  readonly changes: readonly (Change | Clearing)[] | null;
  readonly structure: Structure | null;
}

export function foldPartOf(row: FoldRecord): FoldPart {
  return {
    uid: row.uid,
    kind: row.kind,
    actorId: row.actor_id,
    object: row.object,
    targetId: row.target_id,
    communityId: row.community_id,
    effectiveAt: row.effective_at,
    fromFuture: row.from_future,
    durationSeconds: row.duration_seconds,
    scrollDepthPercentage: row.scroll_depth_percentage,
    positionSeconds: row.position_seconds,
    authorId: row.author_id,
    tags: row.tags,
    counts: row.counts,
    takesBack: row.takes_back,
    changes: row.changes,
    structure: row.structure,
  };
}
