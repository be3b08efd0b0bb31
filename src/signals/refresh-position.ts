import { type Queryable, readRows } from '../log/database.ts';

/** Up to which position of the log this refresh is done; 0 when it has never run. @throws AppError `LOG_UNAVAILABLE` */
export async function readRefreshPosition(database: Queryable, name: string): Promise<number> {
  const [row] = await readRows<{ position: number }>(database, 'SELECT position FROM signal_refresh WHERE name = $1', [
    name,
  ]);
  return row?.position ?? 0;
}

/** Notes it. @throws AppError `LOG_UNAVAILABLE` */
export async function writeRefreshPosition(database: Queryable, name: string, position: number): Promise<void> {
  await readRows(
    database,
    `INSERT INTO signal_refresh (name, position) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET position = excluded.position`,
    [name, position],
  );
}
