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
 * Takes out what is to be replaced, of all tables at once, and returns the lines of all rows that are new or changed. An
 * UPDATE would write the same new versions of rows and index entries, but need its values in a table of its own first.
 */
export async function replaceChanged(client: Client, known: Known): Promise<readonly TableLines[]> {
  const tables = [
    changedOf(STANDING, known.standing),
    changedOf(CONTENT, known.content),
    changedOf(PEOPLE, known.people),
  ];
  if (tables.some(({ replaced }) => replaced.length > 0)) {
    await client.query({
      // A name: parsed and planned once a connection.
      name: 'take-out-replaced',
      text: TAKE_OUT_REPLACED,
      values: tables.flatMap(({ key, replaced }) => key.map((_, index) => replaced.map((values) => values[index]))),
    });
  }
  return tables.filter(({ lines }) => lines !== '');
}

const TAKE_OUT_REPLACED = takeOut([STANDING, CONTENT, PEOPLE]);

/** A statement that deletes the rows of each table by their keys, of which each column is a parameter, in this order. */
function takeOut(tables: readonly Pick<Writing<never>, 'table' | 'key'>[]): string {
  let parameters = 0;
  const parts = tables.map(({ table, key }) => {
    const arrays = key.map((_, index) => `$${parameters + index + 1}::text[]`);
    parameters += key.length;
    return `of_${table} AS (
      DELETE FROM ${table} USING unnest(${arrays.join(', ')}) AS replaced (${key.join(', ')})
      WHERE ${key.map((column) => `${table}.${column} = replaced.${column}`).join(' AND ')})`;
  });
  return `WITH ${parts.join(', ')} SELECT`;
}

interface Changed extends TableLines {
  readonly key: readonly string[];
  /** Keys of the stored rows that are changed. */
  readonly replaced: readonly (readonly string[])[];
}

function changedOf<Row>({ table, key, keyOf, columns, line }: Writing<Row>, rows: Rows<Row>): Changed {
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
  return { table, columns, key, replaced, lines: lines.map((one) => `${one}\n`).join('') };
}
