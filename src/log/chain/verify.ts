import type { Pool } from 'pg';
import { AUDIT_TABLES, type AuditTable, findKind } from '../../activity/kinds.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { canonicalAddress } from '../append/address.ts';
import { AUDIT_COLUMNS, type AuditColumn, type AuditRow, type AuditValue, quoted } from '../append/audit-columns.ts';
import { type Queryable, readRows } from '../database.ts';
import { type Cleared, ERASED_KIND, readCleared } from './clearing.ts';
import { auditRowText, auditText, CHAIN_START, chainAfter, commitTo, commitToFold, foldText } from './commitment.ts';
import { FOLD_COLUMNS, type FoldRecord, foldPartOf } from './fold-record.ts';

interface Problem {
  readonly position: number;
  readonly what: string;
}

export interface Verification {
  /** How many rows were looked at. */
  readonly rows: number;
  /** Newest position when it began. */
  readonly head: number;
  readonly problems: readonly Problem[];
}

const RANGE = 1_000;

/**
 * Recomputes every commitment and the chain from what the tables hold, and says by position what is missing or changed.
 * What was erased or pruned by right is what a later row of the log says was cleared, no less and no more; everything else
 * that is not there is reported. A tail that was cut off whole leaves a shorter log that verifies too; that is for
 * checkpoints to find.
 *
 * Memory stays bounded: it goes by ranges of positions, and audit rows are found by the range's times of receipt.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function verifyLog(
  pool: Pool,
  options: { readonly onProgress?: (position: number, head: number) => void } = {},
): Promise<Verification> {
  const [newest] = await readRows<{ head: number | null }>(pool, 'SELECT max(position) AS head FROM activity_log');
  const head = newest?.head ?? 0;
  const cleared = await readCleared(pool);
  const problems: Problem[] = [];
  let previous: Link = { position: 0, recordedAt: Number.NEGATIVE_INFINITY, chain: CHAIN_START };
  let rows = 0;
  while (previous.position < head) {
    const after = previous.position;
    const stored = await logRange(pool, after, head);
    const until = stored.at(-1)?.position ?? head;
    const audit = await auditRange(pool, after, until);
    for (const row of stored) {
      problems.push(...gapBefore(row, previous), ...rowProblems(row, audit.get(row.position) ?? [], previous, cleared));
      previous = { position: row.position, recordedAt: row.recorded_at, chain: row.chain };
    }
    rows += stored.length;
    problems.push(...strayAuditRows(audit, stored));
    options.onProgress?.(until, head);
    if (stored.length === 0) {
      break;
    }
  }
  const late = await auditRange(pool, head, null);
  problems.push(...(await reallyBeyond(pool, late)));
  return { rows, head, problems: problems.sort((a, b) => a.position - b.position) };
}

/** What the next row is checked against. */
interface Link {
  readonly position: number;
  readonly recordedAt: number;
  readonly chain: string;
}

type LogRecord = FoldRecord & {
  readonly position: number;
  readonly recorded_at: number;
  readonly sent_digest: string | null;
  readonly fold_salt: string | null;
  readonly fold_commitment: string;
  readonly audit_salt: string | null;
  readonly audit_commitment: string;
  readonly chain: string;
};

const DIGESTS = ['sent_digest', 'fold_salt', 'fold_commitment', 'audit_salt', 'audit_commitment', 'chain']
  .map((column) => `encode(${column}, 'hex') AS ${column}`)
  .join(', ');

function logRange(database: Queryable, after: number, until: number): Promise<LogRecord[]> {
  return readRows<LogRecord>(
    database,
    `SELECT position, (extract(epoch FROM recorded_at) * 1000)::float8 AS recorded_at, ${FOLD_COLUMNS},
       ${DIGESTS}
     FROM activity_log WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3`,
    [after, until, RANGE],
  );
}

/** Audit rows by log position, each position's in the order of the tables. */
async function auditRange(
  database: Queryable,
  after: number,
  until: number | null,
): Promise<Map<number, readonly AuditRow[]>> {
  const found = new Map<number, AuditRow[]>();
  for (const table of AUDIT_TABLES) {
    const rows = await readRows<{ id: number } & Record<string, unknown>>(
      database,
      `SELECT id, ${AUDIT_COLUMNS[table].map(selected).join(', ')}
       FROM ${table} WHERE id > $1 AND ($2::bigint IS NULL OR id <= $2) ORDER BY id`,
      [after, until],
    );
    for (const row of rows) {
      const own = found.get(row.id) ?? [];
      own.push(auditRowOf(table, row));
      found.set(row.id, own);
    }
  }
  return found;
}

function selected(column: AuditColumn): string {
  const name = quoted(column);
  return column.type === 'time' ? `(extract(epoch FROM ${name}) * 1000)::float8 AS ${name}` : name;
}

function auditRowOf(table: AuditTable, row: Readonly<Record<string, unknown>>): AuditRow {
  return { table, values: AUDIT_COLUMNS[table].map((column) => storedValue(column, row[column.name])) };
}

function storedValue(column: AuditColumn, value: unknown): AuditValue {
  if (column.type === 'json') {
    return canonicalJson(value);
  }
  if (typeof value === 'string') {
    return column.type === 'address' ? canonicalAddress(value) : value;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function gapBefore(row: LogRecord, previous: Link): Problem[] {
  const first = previous.position + 1;
  if (row.position - first > RANGE) {
    return [{ position: first, what: `the rows from here to ${row.position - 1} are missing` }];
  }
  return Array.from({ length: row.position - first }, (_, index) => ({
    position: first + index,
    what: 'the row is missing',
  }));
}

function rowProblems(row: LogRecord, audit: readonly AuditRow[], previous: Link, cleared: Cleared): Problem[] {
  const { position } = row;
  const what = [
    ...foldProblems(row, cleared.log(row.position)),
    ...auditProblems(row, audit, cleared.audit(row.position)),
    ...(row.recorded_at < previous.recordedAt ? ['it was received before the row before it'] : []),
    ...(followsFrom(previous, row) ? [] : ['the chain is broken: the row, or the one before it, was changed']),
  ];
  return what.map((sentence) => ({ position, what: sentence }));
}

function followsFrom(previous: Link, row: LogRecord): boolean {
  // After a gap there is nothing to compare with; the gap itself is reported.
  if (row.position !== previous.position + 1) {
    return true;
  }
  const { position, recorded_at: recordedAt, fold_commitment: fold, audit_commitment: audit } = row;
  return chainAfter(previous.chain, { position, recordedAt, fold, audit }) === row.chain;
}

function foldProblems(row: LogRecord, cleared: boolean): string[] {
  if (row.fold_salt === null) {
    if (cleared && isEmpty(row)) {
      return [];
    }
    return !cleared && row.actor_id === null && row.sent_digest === null
      ? ['the row was cleared, and nothing in the log says so']
      : ['the row lost its salt but not its content'];
  }
  if (cleared) {
    return ['the log says that the row was cleared, and it is there'];
  }
  const commitment = commitToFold(row.fold_salt, foldText(foldPartOf(row)), row.sent_digest ?? '');
  return commitment === row.fold_commitment ? [] : ['the row was changed'];
}

/** What an erased row keeps: its place, its id, its time of receipt and its commitments. */
function isEmpty(row: LogRecord): boolean {
  const { recorded_at: recordedAt, effective_at: effectiveAt } = row;
  const content = [row.actor_id, row.object, row.target_id, row.community_id, row.author_id, row.tags, row.sent_digest];
  const measures = [row.duration_seconds, row.scroll_depth_percentage, row.position_seconds];
  const effects = [row.takes_back, row.changes, row.structure];
  return (
    row.kind === ERASED_KIND &&
    effectiveAt === recordedAt &&
    !row.from_future &&
    !row.counts &&
    [...content, ...measures, ...effects].every((value) => value === null)
  );
}

function auditProblems(row: LogRecord, audit: readonly AuditRow[], cleared: boolean): string[] {
  if (cleared) {
    return audit.length === 0 ? [] : ['the log says that its audit row was cleared, and it is there'];
  }
  if (row.audit_salt === null) {
    return audit.length === 0
      ? ['its audit row was cleared, and nothing in the log says so']
      : ['its audit row lost its salt but is there'];
  }
  const kind = findKind(row.kind)?.kind;
  const ordered = [...audit].sort((a, b) => rank(a.table) - rank(b.table));
  const texts = ordered.map((one) => ({ table: one.table, text: auditRowText(one) }));
  if (commitTo(row.audit_salt, auditText(texts)) === row.audit_commitment) {
    return [];
  }
  const missing = [kind?.table, kind?.secondTable].filter(
    (table) => table !== undefined && !audit.some((one) => one.table === table),
  );
  return missing.length > 0 ? [`its row in ${missing.join(' and ')} is missing`] : ['its audit row was changed'];

  function rank(table: AuditTable): number {
    return table === kind?.table ? 0 : 1;
  }
}

/** Audit rows within a range whose log row is missing from it. */
function strayAuditRows(audit: ReadonlyMap<number, readonly AuditRow[]>, stored: readonly LogRecord[]): Problem[] {
  const positions = new Set(stored.map((row) => row.position));
  return [...audit.keys()]
    .filter((position) => !positions.has(position))
    .map((position) => ({ position, what: 'there is an audit row without a row of the log' }));
}

/** Audit rows after the head: unless they were committed since it was read, they belong to a tail that was cut off. */
async function reallyBeyond(
  database: Queryable,
  late: ReadonlyMap<number, readonly AuditRow[]>,
): Promise<readonly Problem[]> {
  if (late.size === 0) {
    return [];
  }
  const rows = await readRows<{ position: number }>(
    database,
    'SELECT position FROM activity_log WHERE position = ANY($1::bigint[])',
    [[...late.keys()]],
  );
  return strayAuditRows(late, rows as LogRecord[]);
}
