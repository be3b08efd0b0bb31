import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse';
import { AppError } from '../../core/errors.ts';
import type { Fault } from '../load.ts';

/** Said in every complaint about a folder or file. */
const FORMAT =
  'the CSV of LDBC SNB Interactive v1 (composite): dynamic/*_0_0.csv and static/tag_0_0.csv with "|" between fields and a header, update_streams/updateStream_*.csv without one';

/** What the name of a table's file ends with: the number of its writer and of its part. */
const PART = /_\d+_\d+\.csv$/;

/** One line of a file, cut into its fields. */
export interface Row {
  readonly file: string;
  readonly line: number;
  readonly fields: readonly string[];
}

/** Rows that turned out wrong go here; reading goes on. */
export type ReportFault = (fault: Fault) => void;

/** The files of a data set by the name they have without `_0_0.csv`; writers with several threads make several each. */
export interface DataFiles {
  readonly dir: string;
  readonly tables: ReadonlyMap<string, readonly string[]>;
  readonly updateStreams: readonly string[];
}

/**
 * Finds the files of a data set.
 *
 * @throws AppError `IMPORT_INVALID` when the folder cannot be read or lacks the files without which nothing can be told.
 */
export async function findFiles(dir: string): Promise<DataFiles> {
  const found = [...(await namesIn(dir, 'dynamic')), ...(await namesIn(dir, 'static'))];
  const tables = new Map<string, string[]>();
  for (const name of found.filter((file) => PART.test(file))) {
    const table = name.replace(PART, '');
    tables.set(table, [...(tables.get(table) ?? []), name]);
  }
  const streams = [...(await namesIn(dir, 'update_streams')), ...(await namesIn(dir, '.'))];
  const updateStreams = streams.filter((name) => /updateStream_.*\.csv$/.test(name));
  const missing = ['dynamic/person', 'dynamic/post', 'dynamic/post_hasCreator_person'].filter(
    (name) => !tables.has(name),
  );
  if (missing.length > 0) {
    const names = missing.map((name) => `${name}_0_0.csv`).join(', ');
    throw new AppError('IMPORT_INVALID', `${dir} has no ${names}. Expected is ${FORMAT}.`);
  }
  return { dir, tables, updateStreams };
}

async function namesIn(dir: string, folder: string): Promise<string[]> {
  try {
    const names = await readdir(path.join(dir, folder));
    return names.sort().map((name) => path.posix.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') {
      return [];
    }
    throw new AppError('IMPORT_INVALID', `${path.join(dir, folder)} cannot be read.`, { cause: error });
  }
}

/**
 * Reads the wanted columns of a table, in the order wanted. A name that is wanted twice means the first and the second
 * column of that name: `Person.id|Person.id|creationDate` is a header of this format. Lines of another width are
 * reported and left out. A table that is not there is empty.
 *
 * @throws AppError `IMPORT_INVALID` when a wanted column is missing.
 */
export async function* readTable(
  files: DataFiles,
  table: string,
  wanted: readonly string[],
  report: ReportFault,
): AsyncGenerator<Row> {
  for (const file of files.tables.get(table) ?? []) {
    let columns: readonly number[] | undefined;
    let width = 0;
    for await (const row of readLines(files.dir, file)) {
      if (columns === undefined) {
        columns = columnIndexes(file, row.fields, wanted);
        width = row.fields.length;
      } else if (row.fields.length === width) {
        yield { ...row, fields: columns.map((index) => row.fields[index] ?? '') };
      } else {
        report({ file, line: row.line, message: `has ${row.fields.length} fields, the header ${width}` });
      }
    }
    if (columns === undefined) {
      throw new AppError('IMPORT_INVALID', `${file} is empty, even of a header. Expected is ${FORMAT}.`);
    }
  }
}

function columnIndexes(file: string, header: readonly string[], wanted: readonly string[]): number[] {
  const taken = new Set<number>();
  return wanted.map((name) => {
    const index = header.findIndex((column, at) => column === name && !taken.has(at));
    if (index === -1) {
      throw new AppError(
        'IMPORT_INVALID',
        `${file} has the columns ${header.join('|').slice(0, 300)}, but ${wanted.join(', ')} are needed. Expected is ${FORMAT}.`,
      );
    }
    taken.add(index);
    return index;
  });
}

/** Reads a file line by line, however large it is. Fields are not quoted in this format. */
export async function* readLines(dir: string, file: string): AsyncGenerator<Row> {
  const parser = parse({
    delimiter: '|',
    quote: false,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
  });
  const source = createReadStream(path.join(dir, file));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { file, line: info.lines, fields: record };
    }
  } catch (error) {
    throw new AppError('IMPORT_INVALID', `${file} cannot be read: ${(error as Error).message}`, { cause: error });
  } finally {
    source.destroy();
  }
}
