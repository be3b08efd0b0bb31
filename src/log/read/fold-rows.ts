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
  return (await readActorRows(database, after, limit)).map(({ row }) => row);
}

/** A row as the fold takes it, with what was done by whom and when. */
export interface ActorRow {
  readonly row: FoldRow;
  /** Null in a row that was erased, and in one that the log wrote by itself. */
  readonly actor: string | null;
  /** `effective_at` in milliseconds. */
  readonly at: number;
}

/** As `readFoldRows`, with who did it and when. @throws AppError `LOG_UNAVAILABLE`. */
export async function readActorRows(database: Queryable, after: number, limit: number): Promise<readonly ActorRow[]> {
  const rows = await readRows<StoredRow>(
    database,
    `SELECT ${COLUMNS} FROM activity_log WHERE position > $1 ORDER BY position LIMIT $2`,
    [after, limit],
  );
  return rows.map(actorRowOf);
}

/** Rows of one actor after a position and up to another, in order. @throws AppError `LOG_UNAVAILABLE`. */
export async function readRowsOfActor(
  database: Queryable,
  actor: string,
  { after, until, limit }: { readonly after: number; readonly until: number; readonly limit: number },
): Promise<readonly ActorRow[]> {
  const rows = await readRows<StoredRow>(
    database,
    `SELECT ${COLUMNS} FROM activity_log
     WHERE actor_id = $1 AND position > $2 AND position <= $3 ORDER BY actor_id, position LIMIT $4`,
    [actor, after, until, limit],
  );
  return rows.map(actorRowOf);
}

/** Rows at certain positions. @throws AppError `LOG_UNAVAILABLE`. */
export async function readRowsAt(database: Queryable, positions: readonly number[]): Promise<readonly ActorRow[]> {
  const rows = await readRows<StoredRow>(
    database,
    `SELECT ${COLUMNS} FROM activity_log WHERE position = ANY($1) ORDER BY position`,
    [positions],
  );
  return rows.map(actorRowOf);
}

type StoredRow = FoldRecord & { readonly position: number; readonly erased: boolean };
const COLUMNS = `position, fold_salt IS NULL AS erased, ${FOLD_COLUMNS}`;

function actorRowOf(stored: StoredRow): ActorRow {
  return { row: foldRowOf(stored), actor: stored.actor_id === '' ? null : stored.actor_id, at: stored.effective_at };
}

function foldRowOf(stored: StoredRow): FoldRow {
  const { position, uid, kind } = stored;
  const { actorId, ...part } = foldPartOf(stored);
  if (stored.erased || actorId === null) {
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
}

/** What a row of the log's own kinds states again of others. */
function restated(part: Omit<FoldPart, 'actorId'>): Pick<FoldRow, 'signals' | 'changes' | 'structure'> {
  return { signals: takenBack(part), changes: seenByGraph(part), structure: part.structure };
}

function seenByGraph({ changes }: Pick<FoldPart, 'changes'>): Change[] {
  return (changes ?? []).filter((change): change is Change => !isClearing(change));
}
