import { isAppError } from '../../core/errors.ts';
import { idIn } from './facts.ts';
import { type DataFiles, type ReportFault, type Row, readTable } from './files.ts';

/** A table that ties the rows of one table to those of another, read into memory. */
export interface Links {
  /** What a row is tied to. Each row takes its links once, so that what nobody took is known in the end. */
  take(id: string): readonly string[];
  /** Reports the links of rows that are in no file. */
  close(): void;
}

/** Reads a table of links between two columns of ids, from the first to the second, or `backwards`. */
export async function readLinks(
  files: DataFiles,
  table: string,
  columns: readonly [string, string],
  report: ReportFault,
  direction: 'forwards' | 'backwards' = 'forwards',
): Promise<Links> {
  const byId = new Map<string, string[]>();
  for await (const row of readTable(files, table, columns, report)) {
    attempt(row, report, ([first, second]) => {
      const pair = [idIn(first, columns[0]), idIn(second, columns[1])] as const;
      const [id, other] = direction === 'forwards' ? pair : ([pair[1], pair[0]] as const);
      const known = byId.get(id);
      if (known === undefined) {
        byId.set(id, [other]);
      } else {
        known.push(other);
      }
    });
  }
  return {
    take(id) {
      const others = byId.get(id) ?? [];
      byId.delete(id);
      return others;
    },
    close() {
      const [some] = byId.keys();
      if (some !== undefined) {
        const message = `speaks of ${byId.size} rows that are in no file, as of ${columns[direction === 'forwards' ? 0 : 1]} ${some}`;
        report({ file: files.tables.get(table)?.[0] ?? table, line: null, message });
      }
    },
  };
}

/** Does something with a row; when the row is wrong, reports that instead. */
export function attempt(row: Row, report: ReportFault, work: (fields: readonly string[]) => void): void {
  try {
    work(row.fields);
  } catch (error) {
    if (!isAppError(error, 'IMPORT_INVALID')) {
      throw error;
    }
    report({ file: row.file, line: row.line, message: error.message });
  }
}
