import type { Change, FoldRow } from '../../activity/fold-row.ts';
import { findKind } from '../../activity/kinds.ts';
import { isClearing, isOwnKind } from '../chain/clearing.ts';
import { type FoldPart, signalsOf, takenBack } from '../chain/fold-part.ts';
import { FOLD_COLUMNS, type FoldRecord, foldPartOf } from '../chain/fold-record.ts';
import { type Queryable, readRows } from '../database.ts';

/**
 * The rows after a position, in order, as the fold takes them. A row that was erased tells the graph nothing; neither
 * does one of a kind that this version does not know, which says so in `unreadable`.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function readFoldRows(database: Queryable, after: number, limit: number): Promise<readonly FoldRow[]> {
  const rows = await readRows<FoldRecord & { position: number; erased: boolean }>(
    database,
    `SELECT position, fold_salt IS NULL AS erased, ${FOLD_COLUMNS}
     FROM activity_log WHERE position > $1 ORDER BY position LIMIT $2`,
    [after, limit],
  );
  return rows.map((row) => {
    const { position, uid, kind } = row;
    const { actorId, ...part } = foldPartOf(row);
    if (row.erased || actorId === null) {
      return { position, uid, kind, signals: [], changes: [], structure: null };
    }
    if (isOwnKind(kind)) {
      return { position, uid, kind, ...restated(part) };
    }
    const unknown = [...(part.counts ? [kind] : []), ...(part.takesBack ?? []).map((signal) => signal.kind)].find(
      (name) => findKind(name) === undefined,
    );
    if (unknown !== undefined || findKind(kind) === undefined) {
      const unreadable = `No activity kind is called ${unknown ?? kind}; a later version wrote it`;
      return { position, uid, kind, signals: [], changes: [], structure: null, unreadable };
    }
    const signals = signalsOf({ ...part, actorId });
    return { position, uid, kind, signals, changes: seenByGraph(part), structure: part.structure };
  });
}

/** What a row of the log's own kinds states again of others. */
function restated(part: Omit<FoldPart, 'actorId'>): Pick<FoldRow, 'signals' | 'changes' | 'structure'> {
  return { signals: takenBack(part), changes: seenByGraph(part), structure: part.structure };
}

function seenByGraph({ changes }: Pick<FoldPart, 'changes'>): Change[] {
  return (changes ?? []).filter((change): change is Change => !isClearing(change));
}
