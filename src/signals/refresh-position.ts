import { type Queryable, readRows } from '../log/database.ts';

/**
 * Up to which position of the log this refresh is done; 0 when it has never run, and below that when the graph was
 * cleared, so that everything is to be computed anew.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function readRefreshPosition(database: Queryable, name: string): Promise<number> {
  const [row] = await readRows<{ position: number }>(database, 'SELECT position FROM signal_refresh WHERE name = $1', [
    name,
  ]);
  return row?.position ?? 0;
}

/**
 * Notes it, unless it is no longer what was read before: what was computed meanwhile may have been cleared away.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function writeRefreshPosition(
  database: Queryable,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  await readRows(
    database,
    `INSERT INTO signal_refresh (name, position) VALUES ($1, $3)
     ON CONFLICT (name) DO UPDATE SET position = excluded.position WHERE signal_refresh.position = $2`,
    [name, from, to],
  );
}

/**
 * Has these refreshes compute everything anew. Every time leaves another number below 0, so that a refresh that is
 * under way does not take it for what it read.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function forgetRefreshes(
  database: Queryable,
  refreshes: readonly { readonly name: string }[],
): Promise<void> {
  await readRows(
    database,
    `INSERT INTO signal_refresh (name, position) SELECT name, -1 FROM unnest($1::text[]) AS name
     ON CONFLICT (name) DO UPDATE SET position = least(signal_refresh.position, 0) - 1`,
    [refreshes.map(({ name }) => name)],
  );
}
