import { type Queryable, readRows } from '../database.ts';

/**
 * The value of the log's chain at a position, in hexadecimal digits; null when the log has no such row. Two logs that
 * agree in it have the same rows up to there.
 *
 * @throws AppError `LOG_UNAVAILABLE`.
 */
export async function chainAt(database: Queryable, position: number): Promise<string | null> {
  const [row] = await readRows<{ chain: string }>(
    database,
    "SELECT encode(chain, 'hex') AS chain FROM activity_log WHERE position = $1",
    [position],
  );
  return row?.chain ?? null;
}
