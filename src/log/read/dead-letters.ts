import { type Queryable, readRows } from '../database.ts';

/** A row of the log that could not be folded, and why. */
export interface DeadLetter {
  readonly position: number;
  readonly uid: string;
  readonly kind: string;
  readonly code: string;
  readonly message: string;
}

/** Keeps rows that could not be folded; keeping one again changes nothing. @throws AppError `LOG_UNAVAILABLE`. */
export async function recordDeadLetters(database: Queryable, letters: readonly DeadLetter[]): Promise<void> {
  await readRows(
    database,
    `INSERT INTO dead_letter (position, uid, kind, code, message, at)
     SELECT position, uid, kind, code, message, now()
     FROM jsonb_to_recordset($1) AS letter (position bigint, uid uuid, kind text, code text, message text)
     ON CONFLICT (position) DO NOTHING`,
    [JSON.stringify(letters)],
  );
}

/** Forgets all of them, for a graph that is folded anew from the first row on. @throws AppError `LOG_UNAVAILABLE`. */
export async function forgetDeadLetters(database: Queryable): Promise<void> {
  await readRows(database, 'DELETE FROM dead_letter');
}

/** @throws AppError `LOG_UNAVAILABLE`. */
export async function countDeadLetters(database: Queryable): Promise<number> {
  const [row] = await readRows<{ count: number }>(database, 'SELECT count(*) AS count FROM dead_letter');
  return row?.count ?? 0;
}

/** Positions after `after` up to `upTo` that could not be folded, in order. @throws AppError `LOG_UNAVAILABLE`. */
export async function deadLetterPositions(
  database: Queryable,
  after: number,
  upTo: number,
): Promise<readonly number[]> {
  const rows = await readRows<{ position: number }>(
    database,
    'SELECT position FROM dead_letter WHERE position > $1 AND position <= $2 ORDER BY position',
    [after, upTo],
  );
  return rows.map(({ position }) => position);
}
