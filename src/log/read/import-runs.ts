import { type Queryable, readRows } from '../database.ts';

/** What is kept of an import; times are in milliseconds since the epoch. */
export interface StoredImportRun {
  readonly source: string;
  readonly shiftMs: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly activities: number;
}

/** The import of a source; undefined when there was none. @throws AppError `LOG_UNAVAILABLE` */
export async function readImportRun(database: Queryable, source: string): Promise<StoredImportRun | undefined> {
  const [row] = await readRows<{
    shift_ms: number;
    started_at: Date;
    finished_at: Date | null;
    activities: number;
  }>(database, 'SELECT shift_ms, started_at, finished_at, activities FROM import_run WHERE source = $1', [source]);
  return row === undefined
    ? undefined
    : {
        source,
        shiftMs: row.shift_ms,
        startedAt: row.started_at.getTime(),
        finishedAt: row.finished_at?.getTime() ?? null,
        activities: row.activities,
      };
}

/** Keeps an import, or how far it came. The shift of a source stays as it was first decided. */
export async function saveImportRun(database: Queryable, run: StoredImportRun): Promise<void> {
  await readRows(
    database,
    `INSERT INTO import_run (source, shift_ms, started_at, finished_at, activities)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (source) DO UPDATE SET finished_at = EXCLUDED.finished_at, activities = EXCLUDED.activities`,
    [
      run.source,
      run.shiftMs,
      new Date(run.startedAt),
      run.finishedAt === null ? null : new Date(run.finishedAt),
      run.activities,
    ],
  );
}
