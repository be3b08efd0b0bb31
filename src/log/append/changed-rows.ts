import type { Client } from 'pg';
import type { ContentRow, Known, PersonRow, Rows, StandingRow } from '../resolve/known.ts';
import { copyBoolean, copyFields, copyJson, copyNumber, copyText, copyTextArray, copyTime } from './copy-text.ts';

/** How changed rows of a table are written. */
interface Writing<Row> {
  readonly table: string;
  readonly key: readonly string[];
  readonly keyOf: (row: Row) => readonly string[];
  /** All columns, the key's among them. */
  readonly columns: readonly string[];
  readonly line: (row: Row) => readonly string[];
}

const STANDING: Writing<StandingRow> = {
  table: 'standing',
  key: ['person_id', 'fact', 'object'],
  keyOf: (row) => [row.personId, row.fact, row.object],
  columns: ['person_id', 'fact', 'object', 'holds', 'kind', 'effective_at', 'uid', 'position', 'value', 'signal'],
  line: (row) => [
    copyText(row.personId),
    row.fact,
    copyText(row.object),
    copyBoolean(row.holds),
    row.kind,
    copyTime(row.word.at),
    row.word.uid,
    copyNumber(row.word.position ?? null),
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
    copyJson(row.words),
  ],
};

const PEOPLE: Writing<PersonRow> = {
  table: 'users',
  key: ['id'],
  keyOf: (row) => [row.id],
  columns: ['id', 'name', 'emails', 'time_zone', 'traits', 'settings', 'created_at', 'updated_at', 'words'],
  line: (row) => [
    copyText(row.id),
    copyText(row.name),
    copyTextArray(row.emails),
    copyText(row.timeZone),
    copyJson(row.traits),
    copyJson(row.settings),
    copyTime(row.createdAt),
    copyTime(row.updatedAt),
    copyJson(row.words),
  ],
};

/** Lines for a COPY into a table. */
export interface TableLines {
  readonly table: string;
  readonly columns: readonly string[];
  readonly lines: string;
}

/**
 * Takes out what is to be replaced and returns the lines of all rows that are new or changed. An UPDATE would write the
 * same new versions of rows and index entries, but need its values in a table of its own first.
 */
export async function replaceChanged(client: Client, known: Known): Promise<readonly TableLines[]> {
  const tables = [
    await replaceRows(client, STANDING, known.standing),
    await replaceRows(client, CONTENT, known.content),
    await replaceRows(client, PEOPLE, known.people),
  ];
  return tables.filter(({ lines }) => lines !== '');
}

async function replaceRows<Row>(client: Client, writing: Writing<Row>, rows: Rows<Row>): Promise<TableLines> {
  const { table, key, keyOf, columns, line } = writing;
  const lines: string[] = [];
  const replaced: (readonly string[])[] = [];
  for (const name of rows.changed) {
    const row = rows.byKey.get(name);
    if (row !== undefined) {
      lines.push(copyFields(line(row)));
      if (rows.stored.has(name)) {
        replaced.push(keyOf(row));
      }
    }
  }
  if (replaced.length > 0) {
    const arrays = key.map((_, index) => `$${index + 1}::text[]`);
    // Without a name: planned for the table as it is now, and not as it was when the connection was new and it was empty.
    await client.query(
      `DELETE FROM ${table} USING unnest(${arrays.join(', ')}) AS replaced (${key.join(', ')})
       WHERE ${key.map((column) => `${table}.${column} = replaced.${column}`).join(' AND ')}`,
      key.map((_, index) => replaced.map((values) => values[index])),
    );
  }
  return { table, columns, lines: lines.map((one) => `${one}\n`).join('') };
}
