import type { Client } from 'pg';
import type { AuditTable } from '../activity/kinds.ts';
import { AUDIT_COLUMNS, type AuditColumn, type AuditRow, type AuditValue, quoted } from './audit-columns.ts';
import {
  type CopyField,
  copyBoolean,
  copyBytes,
  copyJson,
  copyLine,
  copyNumber,
  copyRows,
  copyText,
  copyTextArray,
  copyTime,
} from './copy.ts';
import type { ContentRow, Known, PersonRow, Rows, StandingRow } from './known.ts';
import type { SealedRow } from './sealed-row.ts';

/**
 * Writes sealed rows with their audit rows, and what they changed of facts, content and people. Rows that the database
 * does not have go in by COPY (the append lock makes sure that they are new), the others by one UPDATE a table.
 */
export async function writeBatch(client: Client, rows: readonly SealedRow[], known: Known): Promise<void> {
  await copyRows(client, 'activity_log', LOG_COLUMNS, rows.map(logLine));
  for (const [table, lines] of auditLines(rows)) {
    await copyRows(client, table, ['id', ...AUDIT_COLUMNS[table].map(quoted)], lines);
  }
  await writeChanged(client, STANDING, known.standing);
  await writeChanged(client, CONTENT, known.content);
  await writeChanged(client, PEOPLE, known.people);
}

const LOG_COLUMNS = [
  'position',
  'uid',
  'kind',
  'actor_id',
  'object',
  'target_id',
  'community_id',
  'effective_at',
  'recorded_at',
  'from_future',
  'duration_seconds',
  'scroll_depth_percentage',
  'position_seconds',
  'author_id',
  'tags',
  'counts',
  'takes_back',
  'changes',
  'structure',
  'sent_digest',
  'fold_salt',
  'fold_commitment',
  'audit_salt',
  'audit_commitment',
  'chain',
] as const;

function logLine(row: SealedRow): string {
  const { fold } = row;
  return copyLine([
    copyNumber(row.position),
    fold.uid,
    fold.kind,
    copyText(fold.actorId),
    copyText(fold.object),
    copyText(fold.targetId),
    copyText(fold.communityId),
    copyTime(fold.effectiveAt),
    copyTime(row.recordedAt),
    copyBoolean(fold.fromFuture),
    copyNumber(fold.durationSeconds),
    copyNumber(fold.scrollDepthPercentage),
    copyNumber(fold.positionSeconds),
    copyText(fold.authorId),
    copyTextArray(fold.tags),
    copyBoolean(fold.counts),
    copyJson(fold.takesBack),
    copyJson(fold.changes),
    copyJson(fold.structure),
    `\\\\x${row.sentDigest}`,
    copyBytes(row.foldSalt),
    copyBytes(row.foldCommitment),
    copyBytes(row.auditSalt),
    copyBytes(row.auditCommitment),
    copyBytes(row.chain),
  ]);
}

function auditLines(rows: readonly SealedRow[]): ReadonlyMap<AuditTable, readonly string[]> {
  const byTable = new Map<AuditTable, string[]>();
  for (const { position, audit } of rows) {
    for (const row of audit) {
      const lines = byTable.get(row.table) ?? [];
      lines.push(auditLine(position, row));
      byTable.set(row.table, lines);
    }
  }
  return byTable;
}

function auditLine(position: number, { table, values }: AuditRow): string {
  const columns = AUDIT_COLUMNS[table];
  return copyLine([String(position), ...values.map((value, index) => auditField(columns[index], value))]);
}

function auditField(column: AuditColumn | undefined, value: AuditValue): CopyField {
  if (value === null || typeof value === 'object') {
    return copyJson(value);
  }
  if (typeof value === 'boolean') {
    return copyBoolean(value);
  }
  if (typeof value === 'string') {
    return copyText(value);
  }
  return column?.type === 'time' ? copyTime(value) : copyNumber(value);
}

/** How changed rows of a table are written. The column list begins with the key. */
interface Writing<Row> {
  readonly table: string;
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly keyColumns: number;
  readonly line: (row: Row) => readonly CopyField[];
}

const STANDING: Writing<StandingRow> = {
  table: 'standing',
  columns: ['person_id', 'fact', 'object', 'holds', 'kind', 'effective_at', 'uid', 'value', 'signal'],
  types: ['text', 'text', 'text', 'boolean', 'text', 'timestamptz', 'uuid', 'jsonb', 'jsonb'],
  keyColumns: 3,
  line: (row) => [
    copyText(row.personId),
    row.fact,
    copyText(row.object),
    copyBoolean(row.holds),
    row.kind,
    copyTime(row.word.at),
    row.word.uid,
    copyJson(row.value),
    copyJson(row.signal),
  ],
};

const CONTENT: Writing<ContentRow> = {
  table: 'content',
  columns: [
    'reference',
    'type',
    'author_id',
    'tags',
    'community_id',
    'reply_to',
    'title',
    'url',
    'visibility',
    'created_at',
    'deleted_at',
    'described_at',
    'described_by',
    'words',
  ],
  types: [
    'text',
    'text',
    'text',
    'text[]',
    'text',
    'text',
    'text',
    'text',
    'text',
    'timestamptz',
    'timestamptz',
    'timestamptz',
    'uuid',
    'jsonb',
  ],
  keyColumns: 1,
  line: (row) => [
    copyText(row.reference),
    row.type,
    copyText(row.authorId),
    copyTextArray(row.tags),
    copyText(row.communityId),
    copyText(row.replyTo),
    copyText(row.title),
    copyText(row.url),
    row.visibility,
    copyTime(row.createdAt),
    copyTime(row.deletedAt),
    copyTime(row.described.at),
    row.described.uid,
    copyJson(row.words),
  ],
};

const PEOPLE: Writing<PersonRow> = {
  table: 'users',
  columns: ['id', 'name', 'emails', 'time_zone', 'created_at', 'updated_at'],
  types: ['text', 'text', 'text[]', 'text', 'timestamptz', 'timestamptz'],
  keyColumns: 1,
  line: (row) => [
    copyText(row.id),
    copyText(row.name),
    copyTextArray(row.emails),
    copyText(row.timeZone),
    copyTime(row.createdAt),
    copyTime(row.updatedAt),
  ],
};

async function writeChanged<Row>(client: Client, writing: Writing<Row>, rows: Rows<Row>): Promise<void> {
  const added: string[] = [];
  const changed: string[] = [];
  for (const key of rows.changed) {
    const row = rows.byKey.get(key);
    if (row !== undefined) {
      (rows.stored.has(key) ? changed : added).push(copyLine(writing.line(row)));
    }
  }
  await copyRows(client, writing.table, writing.columns, added);
  await updateRows(client, writing, changed);
}

/** COPY into a table that lives until commit, then one UPDATE from it. */
async function updateRows<Row>(client: Client, writing: Writing<Row>, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) {
    return;
  }
  const { table, columns, types, keyColumns } = writing;
  const definitions = columns.map((column, index) => `${column} ${types[index]}`).join(', ');
  const assignments = columns.slice(keyColumns).map((column) => `${column} = changed.${column}`);
  const key = columns.slice(0, keyColumns).map((column) => `${table}.${column} = changed.${column}`);
  await client.query(`CREATE TEMPORARY TABLE changed_${table} (${definitions}) ON COMMIT DROP`);
  await copyRows(client, `changed_${table}`, columns, lines);
  await client.query(
    `UPDATE ${table} SET ${assignments.join(', ')} FROM changed_${table} AS changed WHERE ${key.join(' AND ')}`,
  );
}
