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
  copyWhileMade,
} from './copy.ts';
import type { ContentRow, Known, PersonRow, Rows, StandingRow } from './known.ts';
import { type SealedRow, sealRows, type UnsealedRow } from './sealed-row.ts';
import { inTurns } from './turns.ts';

/** Decided rows that follow each other, and the chain value before them. */
export interface DecidedRows {
  readonly rows: readonly UnsealedRow[];
  readonly previous: Buffer;
  readonly recordedAt: number;
}

/**
 * Seals and writes rows with their audit rows, and what they changed of facts, content and people. All of it goes in by
 * COPY; the append lock makes sure that nobody else writes the same keys.
 */
export async function writeBatch(client: Client, decided: DecidedRows, known: Known): Promise<void> {
  let { previous } = decided;
  const audit = new Map<AuditTable, string[]>();
  await copyWhileMade(client, 'activity_log', LOG_COLUMNS, async (write) => {
    await inTurns(decided.rows, (some) => {
      const sealed = sealRows(some, previous, decided.recordedAt);
      previous = sealed.at(-1)?.chain ?? previous;
      write(sealed.map(logLine).join(''));
      // Postgres takes these rows in while the next ones and the audit lines are made.
      addAuditLines(audit, sealed);
      return [];
    });
  });
  for (const [table, lines] of audit) {
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
    copyBytes(row.audit.salt),
    copyBytes(row.audit.commitment),
    copyBytes(row.chain),
  ]);
}

function addAuditLines(byTable: Map<AuditTable, string[]>, rows: readonly SealedRow[]): void {
  for (const { position, audit } of rows) {
    for (const row of audit.rows) {
      const lines = byTable.get(row.table) ?? [];
      lines.push(auditLine(position, row));
      byTable.set(row.table, lines);
    }
  }
}

function auditLine(position: number, { table, values }: AuditRow): string {
  const columns = AUDIT_COLUMNS[table];
  return copyLine([String(position), ...values.map((value, index) => auditField(columns[index], value))]);
}

function auditField(column: AuditColumn | undefined, value: AuditValue): CopyField {
  if (value === null) {
    return null;
  }
  if (typeof value === 'boolean') {
    return copyBoolean(value);
  }
  if (typeof value === 'string') {
    return copyText(value);
  }
  return column?.type === 'time' ? copyTime(value) : copyNumber(value);
}

/** How changed rows of a table are written. */
interface Writing<Row> {
  readonly table: string;
  readonly key: readonly string[];
  readonly keyOf: (row: Row) => readonly string[];
  /** All columns, the key's among them. */
  readonly columns: readonly string[];
  readonly line: (row: Row) => readonly CopyField[];
}

const STANDING: Writing<StandingRow> = {
  table: 'standing',
  key: ['person_id', 'fact', 'object'],
  keyOf: (row) => [row.personId, row.fact, row.object],
  columns: ['person_id', 'fact', 'object', 'holds', 'kind', 'effective_at', 'uid', 'value', 'signal'],
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
  key: ['reference'],
  keyOf: (row) => [row.reference],
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
  key: ['id'],
  keyOf: (row) => [row.id],
  columns: ['id', 'name', 'emails', 'time_zone', 'traits', 'settings', 'created_at', 'updated_at'],
  line: (row) => [
    copyText(row.id),
    copyText(row.name),
    copyTextArray(row.emails),
    copyText(row.timeZone),
    copyJson(row.traits),
    copyJson(row.settings),
    copyTime(row.createdAt),
    copyTime(row.updatedAt),
  ],
};

/**
 * Rows that changed are taken out and come back with the new ones in the same COPY. An UPDATE would write the same new
 * versions of rows and index entries, but need its values in a table of its own first.
 */
async function writeChanged<Row>(client: Client, writing: Writing<Row>, rows: Rows<Row>): Promise<void> {
  const { table, key, keyOf, columns, line } = writing;
  const lines: string[] = [];
  const replaced: (readonly string[])[] = [];
  for (const name of rows.changed) {
    const row = rows.byKey.get(name);
    if (row !== undefined) {
      lines.push(copyLine(line(row)));
      if (rows.stored.has(name)) {
        replaced.push(keyOf(row));
      }
    }
  }
  if (replaced.length > 0) {
    const arrays = key.map((_, index) => `$${index + 1}::text[]`);
    await client.query(
      `DELETE FROM ${table} USING unnest(${arrays.join(', ')}) AS replaced (${key.join(', ')})
       WHERE ${key.map((column) => `${table}.${column} = replaced.${column}`).join(' AND ')}`,
      key.map((_, index) => replaced.map((values) => values[index])),
    );
  }
  await copyRows(client, table, columns, lines);
}
