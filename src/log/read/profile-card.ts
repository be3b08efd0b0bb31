import { type Queryable, readRows } from '../database.ts';

/** What one person may know of another by their profile. */
export interface ProfileCard {
  /** Null when it is not known, or not for the reader: names are for oneself and for accepted connections. */
  readonly name: string | null;
}

/** Undefined when one of the two blocked the other. @throws AppError `LOG_UNAVAILABLE`. */
export async function readProfileCard(
  database: Queryable,
  { reader, owner }: { readonly reader: string; readonly owner: string },
): Promise<ProfileCard | undefined> {
  // The pair of a connection is asked for both ways, since the order of ids is the writer's and not the database's.
  const [row] = await readRows<{ name: string | null; named: boolean; blocked: boolean }>(
    database,
    `SELECT (SELECT name FROM users WHERE id = $2) AS name,
       $1 = $2 OR EXISTS (
         SELECT FROM standing
         WHERE fact = 'connection' AND holds AND value ->> 'status' = 'accepted'
           AND (person_id, object) IN (($1, 'user:' || $2), ($2, 'user:' || $1))) AS named,
       EXISTS (
         SELECT FROM standing
         WHERE fact = 'block' AND holds AND (person_id, object) IN (($1, 'user:' || $2), ($2, 'user:' || $1))) AS blocked`,
    [reader, owner],
  );
  return row === undefined || row.blocked ? undefined : { name: row.named ? row.name : null };
}
